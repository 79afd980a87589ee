# dlopen and dlclose in turns, each library at the address of the other: every call has the name of its own time. And by
# two threads at once.
. "$ROOT/tests/e2e/lib.sh"
for compiler in "gcc -O0" "clang -O2"; do
    build reload $compiler
    # The loader asks for the address that a library was linked for, so both get the same.
    library first.so reload_plugin $compiler -DPLUGIN=first -Wl,-Ttext-segment=0x600000000000
    library second.so reload_plugin $compiler -DPLUGIN=second -Wl,-Ttext-segment=0x600000000000
    record_and_compare ./reload "$PWD/first.so" "$PWD/second.so"
    grep -q 'same address: yes' traced.out || fail "the libraries were not at the same address"
done

build reload_threads gcc -O2
library first.so reload_plugin gcc -O2 -DPLUGIN=first -Wl,-Ttext-segment=0x600000000000
library second.so reload_plugin gcc -O2 -DPLUGIN=second -Wl,-Ttext-segment=0x610000000000
record_and_compare ./reload_threads "$PWD/first.so" "$PWD/second.so"
