# Everything that is built stands in $(BUILD). `make help` lists the targets.
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
BUILD ?= build
VERSION := 0.1.0
PREFIX ?= /usr/local
JOBS ?= 2

# libdwarf: Debian 12's has no pkg-config file, and each release a folder of its own for its headers.
DWARF_FOLDER := $(lastword $(sort $(wildcard /usr/include/libdwarf /usr/include/libdwarf-[0-9]*)))
DWARF_CFLAGS ?= $(shell pkg-config --cflags libdwarf 2>/dev/null || echo $(DWARF_FOLDER:%=-isystem %))
DWARF_LIBS ?= $(shell pkg-config --libs libdwarf 2>/dev/null || echo -ldwarf)
# ncurses: some systems have its terminal part in a library of its own.
NCURSES_LIBS ?= $(shell pkg-config --libs ncursesw 2>/dev/null || echo -lncursesw)
# liblzma, where it is installed: for the symbols that some distributions pack into stripped programs.
HAVE_LZMA := $(shell echo '\#include <lzma.h>' | $(CC) $(CPPFLAGS) -E -x c - >/dev/null 2>&1 && echo yes)
LZMA_LIBS := $(if $(HAVE_LZMA),-llzma)

# Sanitizers are for the tools and tests; the runtime lives in other people's programs and is built without.
SANITIZE ?=
CPPFLAGS_ALL := -Iinclude -Itools $(DWARF_CFLAGS) $(if $(HAVE_LZMA),-DHAVE_LZMA) -D_GNU_SOURCE \
	-DCALLTAPE_VERSION='"$(VERSION)"'
CFLAGS_ALL := -std=c11 $(WARNINGS) $(CFLAGS) $(SANITIZE)
LIBS := -lzstd -lxxhash -lpcre2-8 -lsqlite3 $(NCURSES_LIBS) -lelf $(DWARF_LIBS) $(LZMA_LIBS) -lz -liberty -lpthread -ldl -lm
HEADERS := zstd.h zlib.h microhttpd.h xxhash.h pcre2.h sqlite3.h ncurses.h libelf.h libdwarf.h capstone/capstone.h libiberty/demangle.h

TOOL_SOURCES := $(sort $(wildcard tools/*.c tools/*/*.c))
TOOL_OBJECTS := $(TOOL_SOURCES:%.c=$(BUILD)/%.o)
STAGE_OBJECTS := $(filter-out $(BUILD)/tools/cmd/% $(BUILD)/tools/main.o,$(TOOL_OBJECTS))

# A flag, if the compiler has it.
supported = $(shell $(CC) -Werror $(1) -E -x c /dev/null >/dev/null 2>&1 && echo $(1))

RUNTIME_SOURCES := $(sort $(wildcard runtime/*.c))
RUNTIME_OBJECTS := $(RUNTIME_SOURCES:%.c=$(BUILD)/%.o)
RUNTIME_CFLAGS := -std=c11 $(WARNINGS) $(CFLAGS) -fPIC -fvisibility=hidden -ftls-model=initial-exec \
	-fno-stack-protector -fomit-frame-pointer -ffreestanding -fno-tree-slp-vectorize \
	$(call supported,-fno-tree-loop-distribute-patterns) $(call supported,-fcf-protection=none)

WAITS_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard runtime/waits/*.c)))

# tests/unit/test_*.c are programs; other files there help all of them. Likewise tests/fuzz/fuzz_*.c.
UNIT_HELPERS := $(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c))
UNIT_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
FUZZ_HELPERS := $(filter-out tests/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c))
FUZZ_PROGRAMS := $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(BUILD)/calltape $(BUILD)/libcalltape.so $(BUILD)/libcalltape-waits.so $(BUILD)/libcalltape.a

$(BUILD)/calltape: $(TOOL_OBJECTS)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tools/%.o: tools/%.c | $(BUILD)/headers
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The page's files are part of the program.
$(BUILD)/tools/view/page.o: $(wildcard tools/view/page/*)

# Fields that were written one by one are not to be read as vectors at once.
SCALAR := tape/pack calls/calls analyze/tell analyze/paths analyze/call_edges
$(SCALAR:%=$(BUILD)/tools/%.o): CFLAGS_ALL += -fno-tree-slp-vectorize

$(BUILD)/runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) -Iinclude -D_GNU_SOURCE $(CPPFLAGS) $(RUNTIME_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/libcalltape.so: $(RUNTIME_OBJECTS)
	$(CC) $(RUNTIME_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libcalltape.so -Wl,-z,now -o $@ $^

$(BUILD)/libcalltape-waits.so: $(WAITS_OBJECTS)
	$(CC) $(RUNTIME_CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libcalltape-waits.so -o $@ $^

$(BUILD)/libcalltape.a: $(filter-out $(BUILD)/runtime/renames.o,$(RUNTIME_OBJECTS))
	rm -f $@ && $(AR) rcs $@ $^

# Stands once the compiler and the libraries' headers were found; without them, says which packages to install.
$(BUILD)/headers:
	@mkdir -p $(@D)
	@printf '#include <%s>\n' stddef.h $(HEADERS) | $(CC) $(DWARF_CFLAGS) -DPCRE2_CODE_UNIT_WIDTH=8 $(CPPFLAGS) -E -x c - >/dev/null || \
		{ tests/support/packages.sh --say build; exit 1; }
	@touch $@

# ---- programs of the tests; tests/run builds them in directories of their own, under sanitizers

unit: $(UNIT_PROGRAMS)
$(BUILD)/unit/%: tests/unit/%.c $(UNIT_HELPERS) $(STAGE_OBJECTS)
	@mkdir -p $(@D)
	@rm -f $@
	$(CC) $(CPPFLAGS_ALL) -Itests/unit $(CFLAGS_ALL) -MMD -MP $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

fuzzers: $(FUZZ_PROGRAMS)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(FUZZ_HELPERS) $(filter-out $(BUILD)/tools/main.o,$(TOOL_OBJECTS))
	@mkdir -p $(@D)
	@rm -f $@
	$(CC) $(CPPFLAGS_ALL) -Itests/fuzz -DTAPE='"$(CURDIR)/tests/golden/told.tape"' $(CFLAGS_ALL) $(LDFLAGS) \
		-fsanitize=fuzzer -o $@ $^ $(LIBS)

$(BUILD)/support/%: tests/support/%.c $(STAGE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

# ---- what people call

demo:
	@tests/support/packages.sh build
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@BUILD=$(BUILD) examples/demo.sh

test:
	@tests/support/packages.sh build test
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@MAKE="$(MAKE)" BUILD=$(BUILD) JOBS=$(JOBS) tests/run "$(T)"

test-real:
	@tests/support/packages.sh build test
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@MAKE="$(MAKE)" BUILD=$(BUILD) JOBS=$(JOBS) tests/run --real "$(T)"

lint:
	@$(MAKE) --no-print-directory test T=lint/

FUZZ_SECONDS ?= 600
fuzz:
	@tests/support/packages.sh build test
	@MAKE="$(MAKE)" BUILD=$(BUILD) JOBS=$(JOBS) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/run "fuzz/$(T)"

faults:
	@FAULTS=all TEST_TIMEOUT=36000 $(MAKE) --no-print-directory test T=e2e/denied
	@FAULTS=all TEST_TIMEOUT=36000 $(MAKE) --no-print-directory test T=e2e/faults

$(BUILD)/bench/packing: tests/bench/packing.c $(STAGE_OBJECTS)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS)

bench:
	@$(MAKE) --no-print-directory -s -j$(JOBS) all $(BUILD)/bench/packing
	@ROOT=$(CURDIR) BUILD=$(BUILD) CALLTAPE=$(abspath $(BUILD))/calltape bash tests/bench/bench.sh
	@ROOT=$(CURDIR) BUILD=$(BUILD) CALLTAPE=$(abspath $(BUILD))/calltape bash tests/bench/export.sh

bench-view:
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@ROOT=$(CURDIR) CALLTAPE=$(abspath $(BUILD))/calltape TAPE=$(TAPE) bash tests/bench/view.sh

soak:
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@ROOT=$(CURDIR) BUILD=$(BUILD) CALLTAPE=$(abspath $(BUILD))/calltape bash tests/bench/soak.sh

help:
	@echo 'make            build/calltape, build/libcalltape.so, build/libcalltape-waits.so, build/libcalltape.a'
	@echo 'make demo       build, record an example program and show its report; installs what is missing'
	@echo 'make test       build and run all tests, T=NAME only those whose name contains NAME; installs what is missing'
	@echo 'make test-real  record programs from Debian source packages and compare with independent counts'
	@echo 'make lint       layout, seams between the folders, exported symbols, warnings of gcc and clang'
	@echo 'make fuzz       fuzz the readers for FUZZ_SECONDS (600)'
	@echo 'make faults     fail each call for memory, files, processes and the like, in every verb'
	@echo 'make bench      what recording costs, beside not tracing, empty hooks and other tracers'
	@echo 'make bench-view what calltape view costs: first picture, pan and zoom, memory'
	@echo 'make soak       record EVENTS (10^10) events through a buffer of 16 MiB: every count exact, memory bounded;'
	@echo '                SERVE=SECONDS: a server under load instead'
	@echo 'make install    into $$DESTDIR$$PREFIX (/usr/local); make uninstall takes it away again'
	@echo 'make dist       the sources as build/calltape-$(VERSION).tar.gz; make deb: a Debian package in build/deb'
	@echo 'make clean      remove build/'
	@echo 'Variables: CC, CFLAGS, LDFLAGS, BUILD (build), JOBS (2), SANITIZE (e.g. -fsanitize=address)'

clean:
	rm -rf $(BUILD)

.PHONY: all unit fuzzers demo test test-real lint fuzz faults bench bench-view soak help clean
include tools/package/package.mk
-include $(TOOL_OBJECTS:.o=.d) $(RUNTIME_OBJECTS:.o=.d) $(WAITS_OBJECTS:.o=.d) $(UNIT_PROGRAMS:=.d)
