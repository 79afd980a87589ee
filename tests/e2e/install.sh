# make install puts everything where DESTDIR and PREFIX say, what is installed works from there, and make uninstall
# takes it away again.
. "$ROOT/tests/e2e/lib.sh"
make_here() {
    "$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$BUILD" "STAGE=$PWD/stage" "DOCUMENTS=$PWD/documents" \
    "DESTDIR=$PWD/root" PREFIX=/opt/tape "$@"
}

make_here install
(cd root && find . -type f) >installed
for file in bin/calltape lib/libcalltape.so lib/libcalltape-waits.so lib/libcalltape.a include/calltape.h include/calltape/format.h \
    share/pkgconfig/calltape.pc share/cmake/calltape/calltape-config.cmake share/zsh/site-functions/_calltape \
    share/bash-completion/completions/calltape share/fish/vendor_completions.d/calltape.fish; do
    grep -qxF "./opt/tape/$file" installed || fail "$file was not installed: $(cat installed)"
done
cp -R root/opt/tape elsewhere
build hello gcc -O2
elsewhere/bin/calltape record -o t.tape -- ./hello >/dev/null
expect_counts

make_here uninstall
expect_equal "left by uninstall" "" "$(find root -type f)"
