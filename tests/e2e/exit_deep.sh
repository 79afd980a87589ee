# exit() under fifty frames: what atexit functions call is seen below the call that ended the program.
. "$ROOT/tests/e2e/lib.sh"
{
    echo "main 1"
    indent="  "
    for depth in $(seq 51); do
        echo "${indent}descend 1"
        indent="$indent  "
    done
    echo "${indent}at_exit 1"
    echo "${indent}  last_work 2"
} >expected
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    build exit_deep $compiler
    record_and_compare ./exit_deep
    expect_equal "exit status" 42 "$STATUS"
    expect_tree expected
done
