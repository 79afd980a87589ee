# Calls before all constructors, in an IFUNC resolver, in a library's constructors, in atexit functions and destructors.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "gcc -O2" "clang -O2"; do
    library around_main_library.so around_main_library $compiler
    EXTRA="$PWD/around_main_library.so -Wl,-rpath,$PWD" build around_main $compiler
    record_and_compare ./around_main
done
