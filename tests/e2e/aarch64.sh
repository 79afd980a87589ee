# The runtime on another machine: cross-compiled, run under qemu, its recordings read here.
. "$ROOT/tests/e2e/lib.sh"
command -v aarch64-linux-gnu-gcc >/dev/null || skip "no gcc-aarch64-linux-gnu"
command -v qemu-aarch64-static >/dev/null || skip "no qemu-user-static"
echo 'int main(void) { return 0; }' >probe.c
aarch64-linux-gnu-gcc -static -o probe probe.c || skip "no libc6-dev-arm64-cross"

"$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$PWD/arm" CC=aarch64-linux-gnu-gcc AR=aarch64-linux-gnu-ar \
    "$PWD/arm/libcalltape.a" "$PWD/arm/libcalltape.so"

recorded_there() { # EXPECTED-STATUS COMMAND...
    local expected=$1 status=0
    shift
    rm -f "$COUNTS" t.tape*
    "$@" >out || status=$?
    expect_equal "status of $*" "$expected" "$status"
    expect_counts
    expect_equal "lost events of $*" 0 "$(info .lost_events)"
}

FLAGS="$FLAGS -static"
export CALLTAPE_OUT=t.tape
for target in steady:3 jumps:0 thread_ends:0; do
    EXTRA=$PWD/arm/libcalltape.a build ${target%:*} aarch64-linux-gnu-gcc -O2
    recorded_there ${target#*:} qemu-aarch64-static ./${target%:*}
    [ ! -e "$ROOT/tests/e2e/${target%:*}.tree" ] || expect_tree "$ROOT/tests/e2e/${target%:*}.tree"
done
# Without threads beside: a child of several may wait for ever for a lock of qemu's own that another thread held.
EXTRA=$PWD/arm/libcalltape.a build forks aarch64-linux-gnu-gcc -O2
recorded_there 0 qemu-aarch64-static ./forks 0
# A thread's stack is looked for in /proc/self/maps, which qemu makes up page by page: of the arena's 16 GiB.
EXTRA=$PWD/arm/libcalltape.a build small_stacks aarch64-linux-gnu-gcc -O2
recorded_there 0 qemu-aarch64-static ./small_stacks 20
EXTRA=$PWD/arm/libcalltape.a build storm aarch64-linux-gnu-gcc -O2
recorded_there 0 qemu-aarch64-static ./storm 20000 untimed
untraced switch_ucontext aarch64-linux-gnu-gcc
EXTRA="switch_ucontext.o $PWD/arm/libcalltape.a" build coroutines aarch64-linux-gnu-gcc -O2
recorded_there 0 qemu-aarch64-static ./coroutines
expect_tree "$ROOT/tests/e2e/coroutines.tree"
# Triggers take a recorder, which would preload the runtime into qemu.
EXTRA="switch_ucontext.o $PWD/arm/libcalltape.a" build triggers_off aarch64-linux-gnu-gcc -O2
recorded_there 0 "$CALLTAPE" record --trigger on:on_here --trigger off:off_here -o t.tape -- \
    sh -c 'exec qemu-aarch64-static ./triggers_off'
expect_tree "$ROOT/tests/e2e/record_triggers_off.tree"

FLAGS=${FLAGS% -static}
EXTRA=
build steady aarch64-linux-gnu-gcc -O2
recorded_there 3 qemu-aarch64-static -L /usr/aarch64-linux-gnu -E "LD_PRELOAD=$PWD/arm/libcalltape.so" ./steady
