# Coroutines by swapcontext and by a hand-written switch: calls of different stacks never nest in one another.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    for switch in switch_ucontext switch_assembly; do
        [ "$(uname -m)" = x86_64 ] || [ $switch = switch_ucontext ] || continue
        untraced $switch $compiler
        EXTRA=$switch.o build coroutines $compiler
        record_and_compare ./coroutines
        expect_tree "$ROOT/tests/e2e/coroutines.tree"
    done
done
