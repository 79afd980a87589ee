# Recordings before and after a change: what is found, in each form, under filters, and what fails for it.
cp "$ROOT"/tests/golden/diff/*.tape "$ROOT"/tests/golden/nasty.tape .
exec 2>&1
try() {
    echo "\$ diff $*"
    "$CALLTAPE" diff "$@"
    echo "status $?"
}
try old1.tape old2.tape old3.tape -- new1.tape new2.tape new3.tape
try old1.tape new1.tape
try old1.tape old1.tape
try --all --absolute old1.tape old2.tape -- old3.tape
try --limit 1 old1.tape old2.tape -- new1.tape new2.tape
try old1.tape old2.tape old3.tape -- new1.tape new2.tape new3.tape --format json
try --format csv old1.tape old2.tape old3.tape -- new1.tape new2.tape new3.tape
for limit in 5% 20 0.5; do
    "$CALLTAPE" diff --fail-over "$limit" old1.tape old2.tape old3.tape -- new1.tape new2.tape new3.tape >/dev/null
    echo "more than $limit: status $?"
done
"$CALLTAPE" diff --fail-over 0 old*.tape -- old*.tape >/dev/null
echo "the same: status $?"
for limit in 5% 0.1%; do
    "$CALLTAPE" diff --fail-over $limit old1.tape new1.tape >/dev/null
    echo "one a side, more than $limit: status $?"
done
try --function check --function load old1.tape old2.tape -- new1.tape new2.tape
try --function nowhere old1.tape new1.tape
try --depth 1 old1.tape new1.tape
COLUMNS=60 "$CALLTAPE" diff old1.tape old2.tape -- new1.tape new2.tape
try old1.tape nasty.tape
try old1.tape
try old1.tape --
try old1.tape old2.tape new1.tape
try --fail-over much old1.tape new1.tape
try old1.tape -- absent.tape
