# Programs that forbid themselves system calls (seccomp): the runtime makes none that would end them, and where it can do
# without, nothing is lost.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "the filters are x86-64's"
build sandboxed gcc -O2
status=0
./sandboxed bare >out || status=$?
[ $status != 77 ] || skip "no filters can be set here"
for compiler in "gcc -O2" "clang -O0"; do
    build sandboxed $compiler
    for what in bare usual errors wide twice "wide threads children"; do
        record_and_compare ./sandboxed $what
        expect_equal "$what: exit status" 0 "$STATUS"
    done
done

# Not even the processor's clock may be read then: what comes after is counted as lost. Exits are missing of ten calls
# that a longjmp ends, and perhaps of the two under way.
rm -f "$COUNTS"
"$CALLTAPE" record -o t.tape -- ./sandboxed strict >out 2>err || fail "strict: $(cat err)"
expect_equal "output, strict" "child: 0" "$(cat out)"
missing=$(($(awk '{n += 2 * $2} END {print n}' "$COUNTS") - $(info .lost_events) - 2 * $(info .calls)))
[ $missing -ge 10 ] && [ $missing -le 12 ] || fail "strict: $missing events neither recorded nor lost"
