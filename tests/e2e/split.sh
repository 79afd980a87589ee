# Split debug information: arguments and names that only a .dwo or .dwp file knows, and what is said where it is not there.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"

printf '%s\n' '#include <stdio.h>' 'struct request { const char *path; int length; };' 'int other(int a);' \
    '__attribute__((noinline)) static int same(int a) { return a * 3 + 1; }' \
    '__attribute__((noinline)) int handle(struct request *request) { return same(request->length); }' \
    'int main(void) { struct request r = {"/index", 6}; return printf("%d %d\n", handle(&r), other(77)) < 0; }' >one.c
printf '%s\n' '#include <stdlib.h>' \
    '__attribute__((noinline)) static int cold(int a) { if (__builtin_expect(a == 5, 0)) abort(); return a / 7; }' \
    'int other(int a) { return cold(a) + cold(a + 7); }' >two.c

say() { # what record writes on standard error
    "$CALLTAPE" record -o program.tape "$@" -- ./program 2>&1 >/dev/null
}
expect_arguments() { # HOW
    say --args handle:'request->path,request->length' --args cold --returns cold --returns same >said ||
        { echo "$1"; cat said; exit 1; }
    "$CALLTAPE" replay program.tape | tr -s ' ' >told
    for text in 'handle(request->path="/index", request->length=6)' 'same = 19 ' 'cold(a=77) = 11 ' 'cold(a=84) = 12 '; do
        grep -qF "$text" told || { echo "$1: not told: $text"; cat told said; exit 1; }
    done
}

for compiler in "gcc -gdwarf-4" "gcc -gdwarf-5" "clang -gdwarf-4" "clang -gdwarf-5"; do
    $compiler -O2 -gsplit-dwarf -finstrument-functions -c one.c two.c || exit 1
    $compiler -o program one.o two.o || exit 1
    expect_arguments "$compiler"
    if [[ $compiler != gcc*5 ]] && timeout 20 llvm-dwp -e program -o program.dwp 2>/dev/null; then
        mkdir loose && mv ./*.dwo loose
        expect_arguments "$compiler, packed"
        mv loose/*.dwo . && rm -r loose program.dwp
    fi
done

# Found beside the program when it was built somewhere else; then one is missing, then replaced.
mkdir elsewhere && cp program one.dwo two.dwo elsewhere && rm ./*.dwo && cd elsewhere || exit 1
expect_arguments "beside the program"
rm two.dwo
say --args cold >said && { echo "recorded without two.dwo"; exit 1; }
grep -q "two.dwo, which holds debug information, is not there or of another build; put it back" said || { cat said; exit 1; }
say --args handle >said || { cat said; exit 1; }
grep -q "two.dwo, which holds debug information" said || { cat said; exit 1; }

# Without symbols, the names are where the debug information is.
objcopy --strip-symbol=handle --strip-symbol=same --strip-symbol=other --strip-symbol=cold program
say >said
grep -q "no names for 2 functions of .*: .*two.dwo is not there or of another build; put it back" said ||
    { cat said; exit 1; }
mkdir debug && cd .. && clang -gdwarf-5 -O2 -gsplit-dwarf -finstrument-functions -c two.c && mv two.dwo elsewhere/debug
cd elsewhere || exit 1
"$CALLTAPE" symbols --debug-dir debug program.tape >said 2>&1 || { cat said; exit 1; }
"$CALLTAPE" report --format csv program.tape >told
for place in handle,one.c same,one.c other,two.c cold,two.c; do
    grep -q "${place%,*}.*${place#*,}" told || { echo "not named: $place"; cat told said; exit 1; }
done
