# Little of everything: file descriptors, file sizes, directories that are gone or not ours, no /proc, no /dev/shm, system
# calls that are forbidden. What can't be done is said, what can be is whole, and the program does what it does.
. "$ROOT/tests/e2e/lib.sh"
build hello gcc -O2
build steady gcc -O1
./hello >plain.out
"$CALLTAPE" record -o whole.tape -- ./hello >/dev/null 2>&1
calls=$(info .calls whole.tape)

# Of the recorder and the program alone; what the program prints must not change.
recorded() { # WHAT
    diff plain.out out || fail "$1: other output"
    expect_equal "calls, $1" "$calls" "$(info .calls t.tape)"
    rm -f t.tape
}

refused() { # WHAT STATUS
    [ "$2" = 1 ] || [ "$2" = 126 ] || fail "$1: status $2: $(cat err)"
    [ "$(grep -cE "$OURS" err)" = 1 ] || fail "$1: $(cat err)"
    [ ! -e t.tape.part ] && [ ! -e t.tape.arena ] || fail "$1: left behind: $(ls)"
}

# Descriptors: with too few of them that is said, with just enough the tape is whole.
for most in 4 5 6 7 8 10 12 16; do
    status=0
    (ulimit -n $most && exec "$CALLTAPE" record -o t.tape -- ./hello) >out 2>err || status=$?
    if [ $status = 0 ] && [ -e t.tape ]; then recorded "$most descriptors"; else refused "$most descriptors" $status; fi
done
"$CALLTAPE" record -o t.tape -- bash -c 'ulimit -n 4; exec ./hello' >out 2>err
recorded "the program has 4 descriptors"

# The program's descriptors are all taken before its first call. Nothing can be opened then: it is not recorded, or it is,
# but not disturbed.
cat >full.c <<'END'
#include <fcntl.h>
#include <stdio.h>
__attribute__((constructor, no_instrument_function)) static void fill(void)
{
    while (open("/dev/null", O_RDONLY) >= 0)
        ;
}
static int work(int n) { return n > 0 ? work(n - 1) + 1 : 0; }
int main(void) { return printf("%d\n", work(10)) != 3; }
END
gcc -g -O0 -finstrument-functions -o full full.c
(ulimit -n "$(ulimit -Hn | sed 's/unlimited/32768/')" 2>/dev/null; "$CALLTAPE" record -o t.tape -- ./full) >out 2>err ||
    fail "all descriptors taken: $(cat err)"
expect_equal "output with all descriptors taken" 10 "$(cat out)"
[ -e t.tape ] || grep -q 'no calls were recorded' err || fail "all descriptors taken: $(cat err)"
rm -f t.tape

# Sizes of files, from too small for the buffer to such as the tape alone exceeds.
for blocks in 1 64 1000 16384 20000 32768; do
    status=0
    (ulimit -f $blocks && exec "$CALLTAPE" record -o t.tape -- ./hello) >out 2>err || status=$?
    if [ $status = 0 ] && [ -e t.tape ]; then recorded "files of $blocks KiB"; else refused "files of $blocks KiB" $status; fi
done
for verb in "export --to csv -o new" "check --repair -o new" "view --html new" "view --svg new"; do
    (ulimit -f 0 && exec "$CALLTAPE" $verb whole.tape) 2>&1 >/dev/null | cat >err
    expect_equal "status of $verb where no file may be written" 1 "${PIPESTATUS[0]}"
    grep -qi 'large\|written\|write' err || fail "$verb: $(cat err)"
    rm -f new
done

# Directories that are gone, or not to be written to.
mkdir gone
status=0
(cd gone && rmdir ../gone && exec "$CALLTAPE" record -- "$PWD/../hello") >out 2>err || status=$?
[ $status != 0 ] && [ -s err ] || fail "a directory that is gone: $status $(cat err)"
status=0
"$CALLTAPE" record -o none/t.tape -- ./hello >out 2>err || status=$?
refused "a directory that is not there" $status
mkdir work
rm -f "$COUNTS"
"$CALLTAPE" record -o work/t.tape -- ./steady half go >out 2>err &
recorder=$!
wait_for_file half
mv work moved
touch go
status=0
wait $recorder || status=$?
expect_equal "output, its directory was moved" "first half second half" "$(paste -sd' ' out)"
grep -q 't.tape' err || fail "its directory was moved: $(cat err)"
"$CALLTAPE" check --repair -o t.tape moved/t.tape >/dev/null 2>&1 || fail "what lies in the moved directory is lost"
expect_equal "calls, its directory was moved" "$(awk '{n += $2} END {print n}' "$COUNTS")" "$(info .calls t.tape)"
rm t.tape
status=0
TMPDIR=/nowhere "$CALLTAPE" report moved/t.tape >out 2>err || status=$?
expect_equal "status of a recovery without a temporary directory" 1 $status
grep -q TMPDIR err || fail "no temporary directory: $(cat err)"

# Without /proc and /dev/shm, without the system calls that other systems may forbid.
inside() { # COMMAND...: in a mount namespace
    unshare --user --map-root-user --mount bash -c "$*" >out 2>err
}
if unshare --user --map-root-user --mount true 2>/dev/null; then
    status=0
    inside "mount -t tmpfs none /dev/shm && exec '$CALLTAPE' record -o t.tape -- ./hello" || status=$?
    expect_equal "status with an empty /dev/shm" 0 $status
    recorded "an empty /dev/shm"
    if inside "mount -t tmpfs none /proc"; then
        status=0
        inside "mount -t tmpfs none /proc && exec '$CALLTAPE' record -o t.tape -- ./hello" || status=$?
        refused "no /proc" $status
        grep -q /proc err || fail "no /proc: $(cat err)"
        cp out before
        inside "mount -t tmpfs none /proc && exec '$CALLTAPE' report whole.tape" || fail "report without /proc: $(cat err)"
        # The program alone may be without it.
        "$CALLTAPE" record -o t.tape -- unshare --user --map-root-user --mount \
            bash -c 'mount -t tmpfs none /proc && exec ./hello' >out 2>err
        recorded "the program has no /proc"
    fi
fi
