# make deb makes a package that lintian finds nothing wrong with, and what is in it works.
. "$ROOT/tests/e2e/lib.sh"
for tool in dpkg-buildpackage dh scdoc git; do
    command -v $tool >/dev/null || skip "$tool is not installed"
done
"$MAKE" -C "$ROOT" --no-print-directory -s BUILD="$PWD" deb >made 2>&1 || fail "$(tail -n 20 made)"
dpkg-deb -x deb/calltape_*.deb installed
PATH=$PWD/installed/usr/bin:$PATH
build hello gcc -O2
calltape record -o t.tape -- ./hello >/dev/null
CALLTAPE=$PWD/installed/usr/bin/calltape
expect_counts
[ -e installed/usr/share/man/man1/calltape-record.1.gz ] || fail "the package has no manual page of record"
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error,warning deb/*.changes >said 2>&1 || fail "lintian: $(cat said)"
fi
