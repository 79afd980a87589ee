# Calls from the very same place of the code on several stacks, and exits that stand elsewhere than their entries after
# a switch: the tree is what the program says.
. "$ROOT/tests/e2e/lib.sh"

expect_trees() { # STACKS...
    for stacks in "$@"; do
        record_and_compare ./steps "$stacks"
        expect_tree plain.out
        compare_recorded "--clock exact" 0 ./steps "$stacks"
        expect_tree plain.out
    done
}

for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    untraced switch_ucontext $compiler
    EXTRA=switch_ucontext.o build steps $compiler
    expect_trees upwards allocated
    [ "$(uname -m)" = x86_64 ] || continue
    untraced switch_assembly $compiler
    EXTRA=switch_assembly.o build steps $compiler
    expect_trees downwards mapped
done
