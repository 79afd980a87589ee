# make install puts everything where DESTDIR and PREFIX say, and the installed tool finds its runtime.
. "$ROOT/tests/e2e/lib.sh"
"$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$BUILD" "DESTDIR=$PWD/root" PREFIX=/opt/tape install
(cd root && find . -type f | LC_ALL=C sort) >installed
for file in bin/calltape lib/libcalltape.so lib/libcalltape.a include/calltape/format.h; do
    grep -qxF "./opt/tape/$file" installed || fail "$file was not installed: $(cat installed)"
done
mv root/opt/tape elsewhere
build hello gcc -O2
elsewhere/bin/calltape record -o t.tape -- ./hello >/dev/null
expect_counts
