# The disk fills up while recording: the program is not disturbed, what was recorded is read, and with what is said to
# be lost it makes up all that happened.
. "$ROOT/tests/e2e/lib.sh"
if [ "${1-}" != inside ]; then
    # In namespaces of its own anybody may mount, and nothing is left behind.
    unshare --user --map-root-user --mount true 2>/dev/null || skip "no user namespaces to mount a small disk in"
    unshare --user --map-root-user --mount bash "$0" inside
    exit
fi
mkdir full
build steady gcc -O2

# Too small even to begin: told before the program starts.
mount -t tmpfs -o size=256k tmpfs full
status=0
"$CALLTAPE" record -o full/t.tape -- ./steady >out 2>err || status=$?
grep -qiE 'no space|no room' err || fail "nothing about a full disk in: $(cat err)"
[ "$status" != 0 ] && [ "$status" != 3 ] || fail "status $status"
expect_equal "output" "" "$(cat out)"
[ -z "$(ls full)" ] || fail "left behind: $(ls full)"
umount full

# Full when the program is half way.
mount -t tmpfs -o size=8m tmpfs full
"$CALLTAPE" record -o full/t.tape -- ./steady half go >out 2>err &
recorder=$!
wait_for_file half
dd if=/dev/zero of=full/ballast bs=1k 2>/dev/null || true
touch go
status=0
wait $recorder || status=$?
expect_equal "status" 3 "$status"
expect_equal "output" "first half second half" "$(paste -sd' ' out)"
grep -qiE 'no space|no room' err || fail "nothing about a full disk in: $(cat err)"
rm full/ballast
made=$(awk '{n += 2 * $2} END {print n}' "$COUNTS")
expect_equal "events recorded and lost" "$made" "$(info '.events + .lost_events' full/t.tape)"
[ "$(info .lost_events full/t.tape)" -gt 0 ] || fail "nothing was lost: the disk was not full"
[ "$(info .calls full/t.tape)" -gt 100000 ] || fail "the first half is not in the tape"
umount full
