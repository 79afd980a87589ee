# The disk fills up while recording: the program is not disturbed, and what was recorded so far is read, with a word on
# what is missing.
. "$ROOT/tests/e2e/lib.sh"
mkdir -p full
if [ "${1-}" != inside ]; then
    # In namespaces of its own anybody may mount, and nothing is left behind.
    unshare --user --map-root-user --mount true 2>/dev/null || skip "no user namespaces to mount a small disk in"
    unshare --user --map-root-user --mount bash "$0" inside
    exit
fi
build storm gcc -O2
for size in 1m 4m 16m; do
    mount -t tmpfs -o size=$size tmpfs full
    rm -f "$COUNTS"
    status=0
    "$CALLTAPE" record -o full/t.tape -- ./storm 300000 >out 2>err || status=$?
    if grep -q 'handled enough: yes' out; then
        expect_equal "status" 0 "$status"
        grep -qiE 'no space|no room|disk( is)? full' err || fail "nothing about a full disk in: $(cat err)"
        # A tape needs no more room to be read.
        "$CALLTAPE" report --format json full/t.tape | jq -e 'length > 0' >/dev/null
        [ "$(info .lost_events full/t.tape)" != 0 ] || fail "nothing said about lost events"
    else
        # Too small even to begin: told before the program starts.
        grep -qiE 'no space|no room|disk( is)? full' err || fail "nothing about a full disk in: $(cat err)"
        [ "$status" != 0 ]
    fi
    umount full
done
