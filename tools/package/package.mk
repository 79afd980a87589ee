# Installing and packaging. Manual pages and completions are made of what the built program says of itself; pages need
# scdoc and are left out without it.
LIBRARY_FOLDER ?= lib
SCDOC := $(shell command -v scdoc)
PACKAGE := tools/package
DOCUMENTS := $(BUILD)/documents
STAGE := $(BUILD)/stage

$(DOCUMENTS)/stamp: $(BUILD)/calltape include/FORMAT.md $(wildcard $(PACKAGE)/*.scd $(PACKAGE)/*.awk $(PACKAGE)/*.sh)
	rm -rf $(DOCUMENTS)
	$(PACKAGE)/completions.sh $(BUILD)/calltape $(DOCUMENTS)/completions
	$(PACKAGE)/pages.sh $(BUILD)/calltape $(DOCUMENTS)
	$(if $(SCDOC),for page in $(DOCUMENTS)/*.scd; do $(SCDOC) <$$page >$${page%.scd} || exit 1; done)
	touch $@

# All that is installed, as it lies below PREFIX.
stage: all $(DOCUMENTS)/stamp
	rm -rf $(STAGE)
	install -D -t $(STAGE)/bin $(BUILD)/calltape
	install -D -m 644 -t $(STAGE)/$(LIBRARY_FOLDER) $(BUILD)/libcalltape.so $(BUILD)/libcalltape-waits.so \
		$(BUILD)/libcalltape.a
	install -D -m 644 -t $(STAGE)/include include/calltape.h
	install -D -m 644 -t $(STAGE)/include/calltape include/calltape/format.h
	install -D -m 644 -t $(STAGE)/share/cmake/calltape $(PACKAGE)/calltape-config.cmake
	install -d $(STAGE)/share/pkgconfig
	sed 's,@PREFIX@,$(PREFIX),; s,@FOLDER@,$(LIBRARY_FOLDER),; s,@VERSION@,$(VERSION),' $(PACKAGE)/calltape.pc.in \
		>$(STAGE)/share/pkgconfig/calltape.pc
	sed 's,@VERSION@,$(VERSION),' $(PACKAGE)/calltape-config-version.cmake.in \
		>$(STAGE)/share/cmake/calltape/calltape-config-version.cmake
	install -D -m 644 $(DOCUMENTS)/completions/calltape.bash $(STAGE)/share/bash-completion/completions/calltape
	install -D -m 644 -t $(STAGE)/share/zsh/site-functions $(DOCUMENTS)/completions/_calltape
	install -D -m 644 -t $(STAGE)/share/fish/vendor_completions.d $(DOCUMENTS)/completions/calltape.fish
	for section in $(if $(SCDOC),1 3 5); do \
		install -D -m 644 -t $(STAGE)/share/man/man$$section $(DOCUMENTS)/*.$$section || exit 1; done

install: stage
	install -d $(DESTDIR)$(PREFIX)
	cp -R $(STAGE)/. $(DESTDIR)$(PREFIX)
	$(if $(SCDOC),,@echo 'Manual pages were left out: they need scdoc.')

uninstall: stage
	cd $(STAGE) && find . -type f | (cd $(abspath $(DESTDIR)$(PREFIX)) && xargs rm -f)
	cd $(DESTDIR)$(PREFIX) && for folder in include share/cmake lib; do rmdir $$folder/calltape 2>/dev/null || true; done

# Of the files that git knows; where there is no git, of all but what was built.
ARCHIVE := calltape-$(VERSION)
COPY_SOURCES = { git ls-files -z 2>/dev/null || find . -path ./$(BUILD) -prune -o -type f -print0; } | tar -c --null -T - |

dist:
	rm -rf $(BUILD)/dist && mkdir -p $(BUILD)/dist/$(ARCHIVE)
	$(COPY_SOURCES) tar -x -C $(BUILD)/dist/$(ARCHIVE)
	tar -c -z -C $(BUILD)/dist -f $(BUILD)/$(ARCHIVE).tar.gz --sort=name --owner=0 --group=0 --numeric-owner $(ARCHIVE)

deb:
	@tests/support/packages.sh build deb
	rm -rf $(BUILD)/deb && mkdir -p $(BUILD)/deb/$(ARCHIVE)
	$(COPY_SOURCES) tar -x -C $(BUILD)/deb/$(ARCHIVE)
	cp -R $(PACKAGE)/debian $(BUILD)/deb/$(ARCHIVE)/debian
	cd $(BUILD)/deb/$(ARCHIVE) && env -u MAKEFLAGS -u BUILD dpkg-buildpackage -us -uc -b
	@ls $(BUILD)/deb/*.deb

.PHONY: stage install uninstall dist deb
