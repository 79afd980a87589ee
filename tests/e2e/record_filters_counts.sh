# What record's filters make of more functions than a process counts one by one, and of spans.
. "$ROOT/tests/e2e/lib.sh"

# More functions than a process tells apart: the counts of the others are one, and the sum is right.
seq 8300 | awk '{ print "void f" $1 "(void) {}" } END { print "int main(void) {" }' >many.c
seq 8300 | awk '{ print "f" $1 "();" } END { print "return 0; }" }' >>many.c
gcc -O0 -finstrument-functions -o many many.c || fail "many.c is not compiled"
"$CALLTAPE" record --exclude 'f*' -o many.tape -- ./many 2>/dev/null
"$CALLTAPE" info many.tape >told
grep -q '^8,300 calls of 8,184 functions not recorded' told && grep -q '117 calls  \[others: a process tells 8,183' told ||
    fail "$(grep -A 1 'not recorded' told)"

# Spans are left out by their names as functions are.
cat >spans.c <<'EOF'
#include <calltape.h>
__attribute__((noinline)) int leaf(int a) { return a + 1; }
__attribute__((noinline)) int work(int a) { CALLTAPE_SPAN("load rows"); return leaf(a) + ({ CALLTAPE_SPAN("inner"); leaf(a); }); }
int main(void) { return work(1) == 0; }
EOF
gcc -O1 -finstrument-functions -I"$ROOT/include" -o spans spans.c || fail "spans.c is not compiled"
shows() { # NAMES OPTION...: on the tape with these options of record, and by the same ones of report
    local names=$1
    shift
    "$CALLTAPE" record -o all.tape -- ./spans 2>/dev/null
    "$CALLTAPE" record "$@" -o t.tape -- ./spans 2>said || fail "$*: $(cat said)"
    for tape in "t.tape" "$* all.tape"; do
        expect_equal "shown: $tape" "$names" "$("$CALLTAPE" report --format csv $tape 2>/dev/null |
            sed '1d; s/,.*//; s/ /_/' | sort | paste -sd ' ')"
    done
    expect_equal "calls with $*" 6 "$(($(info '.calls + ([.unrecorded[].calls] | add // 0)' t.tape)))"
}
shows "inner leaf main work" --exclude 'load*'
shows "inner leaf" --function inner --function leaf
shows "inner leaf" --under inner
shows "leaf main work" --module spans
shows "inner leaf load_rows main" --exclude work
"$CALLTAPE" record --exclude wark -o t.tape -- ./spans 2>said || fail "$(cat said)"
grep -q "did you mean 'work'? Or it may be a span" said || fail "$(cat said)"
