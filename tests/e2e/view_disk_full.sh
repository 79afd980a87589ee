# Where the disk fills up under what calltape view keeps beside the tape, all is shown all the same, and nothing is left.
. "$ROOT/tests/e2e/lib.sh"
command -v python3 >/dev/null || skip "no python3 to ask the server with"
if [ "${1-}" != inside ]; then
    # In namespaces of its own anybody may mount, and nothing is left behind.
    unshare --user --map-root-user --mount true 2>/dev/null || skip "no user namespaces to mount a small disk in"
    build steady gcc -O2
    touch go
    "$CALLTAPE" record --clock exact -o t.tape -- ./steady half go >/dev/null 2>&1 || true # its status is 3
    unshare --user --map-root-user --mount bash "$0" inside
    exit
fi
mkdir full
mount -t tmpfs -o size=64m tmpfs full
cp t.tape full
mkdir full/temporary
dd if=/dev/zero of=full/ballast bs=1k 2>/dev/null || true
for temporary in "$PWD" "$PWD/full/temporary"; do
    PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$ROOT/tests/support TMPDIR=$temporary python3 "$ROOT/tests/e2e/view_disk_full.py" full/t.tape
    expect_equal "files" "ballast t.tape temporary" "$(ls full | paste -sd' ')"
done
rm full/ballast
"$CALLTAPE" view --html page.html full/t.tape 2>err || fail "$(cat err)"
umount full
