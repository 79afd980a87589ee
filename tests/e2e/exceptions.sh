# C++ exceptions through traced and untraced frames: the same exact tree from g++, whose unwinder calls the exit hooks,
# and from clang++, which calls none: there the frames left are told to have ended by a jump.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O0" "clang -O2"; do
    untraced exceptions_untraced $compiler
    EXTRA=exceptions_untraced.o build exceptions $compiler
    record_and_compare ./exceptions
    expect_tree "$ROOT/tests/e2e/exceptions.tree"
    case $compiler in
    gcc*) expect_jumped "" ;;
    clang*) expect_jumped "thrower 2012
half_way 3
again 1
guarded 3" ;;
    esac
done
