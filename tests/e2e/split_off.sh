# Functions that the compiler has split: their exit hooks are jumped to from a part that is called. Each call ends by
# returning: with the hooks that are fast, with those that read the clock or change buffers, and with filters.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O2" "clang -O2"; do
    build split_off $compiler
    objdump -d split_off | grep -q 'jmp.*__cyg_profile_func_exit' || [ "$(uname -m)" != x86_64 ] || fail "nothing jumps"
    for OPTIONS in "--exclude skipped" ""; do
        record_and_compare ./split_off
        expect_jumped ""
        ! "$CALLTAPE" report t.tape 2>&1 | grep 'no recorded entry' || fail "$OPTIONS: exits without an entry"
    done
    expect_tree "$ROOT/tests/e2e/split_off.tree"
done
