# What advise says to leave out: a program built again with its flags makes exactly the events that were foretold, and no
# other function is missing. Which functions it advises hangs on time; what must hold of them does not. A busy machine
# takes time away in some functions, which then seem to tell much: there are many of them, and some tries. So do virtual
# ones where a page is touched for the first time, as in the first half million events of a recording: it is longer.
. "$ROOT/tests/e2e/lib.sh"
LEAVES=$(seq -w 40)
BY_FLAG='.left_out_by != "attribute"'

{
    echo '#include <setjmp.h>'
    for i in $LEAVES; do echo "static int leaf_$i(int a) { return a + 1$i; }"; done
    cat <<'C'
static jmp_buf back;
static int leaf_07_rarely(int a) { return leaf_07(a) + 1; }
static int helper(int a) { return a - 3; }
static int leaves(int a) { if (a % 1000 == 999) longjmp(back, 1); return a; }
int pair(int);
static int once(int a)
{
C
    for i in $LEAVES; do echo "    a = leaf_$i(a);"; done
    cat <<'C'
    return pair(a);
}
int main(void)
{
    volatile int sum = 0, i = 0;
    setjmp(back);
    for (i++; i < 20000; i++) {
        sum += once(i) + leaves(i);
        if (i % 5000 == 1)
            sum += leaf_07_rarely(i) + helper(i);
    }
    return 0;
}
C
} >one.c
cat >pair.c <<'C'
static int helper(int a) { return a + 3; }
int pair(int a) { return helper(helper(a)) + helper(a); }
C

cat >names.cpp <<'C'
namespace ns {
template <class T> struct box {
    T it;
    T get() const { return it; }
    T get_rarely() const { return it + 1; }
    T operator()(T a) const { return it - a; }
    ~box() { it = 0; }
};
template <class T> T twice(T a) { return a + a; }
struct shelf {
    int at;
    int size() const { return at; }
    int size(int most) const { return at < most ? at : most; }
    int sizes() const { return at * 2; }
};
}
namespace {
int hidden(int a) { return a + 4; }
int hidden(double a) { return int(a); }
}
static int many(int i)
{
    ns::box<int> box{i};
    ns::box<long> wide{i};
    ns::shelf shelf{i};
    auto lambda = [&](int a) { return a + i; };
    return box.get() + int(wide.get()) + box(i) + ns::twice(i) + int(ns::twice(2L)) + shelf.size() + shelf.size(7) +
           hidden(i) + hidden(0.5) + lambda(i);
}
int main()
{
    volatile int sum = 0;
    for (int i = 0; i < 100000; i++)
        sum = sum + many(i);
    sum = sum + ns::box<int>{1}.get_rarely() + ns::shelf{2}.sizes();
}
C

record() { # TAPE: ./program
    "$CALLTAPE" record --clock exact -o "$1" -- ./program 2>err || fail "record: $(cat err)"
}

# Records first.tape and asks what to leave out, until that is something.
advise() { # JQ-CONDITION
    for try in $(seq 20); do
        record first.tape
        "$CALLTAPE" advise --keep 100 --limit 0 --format json first.tape >advice.json 2>err || fail "advise: $(cat err)"
        jq -e "any(.functions[]; $1)" advice.json >said && return
    done
    fail "nothing is advised: $(cat advice.json)"
}

calls() { # TAPE
    "$CALLTAPE" report --format json "$1" 2>/dev/null |
        jq -r '.[] | "\(.function) \(.file):\(.line) \(.calls)"' | sort
}

# The second tape holds all that the first did, but for the functions that JQ-CONDITION is true of, as foretold.
expect_left_out() { # WHAT JQ-CONDITION SAVING
    jq -r ".functions[] | select($2) | \"\(.function) \(.file):\(.line) \(.calls)\"" advice.json | sort >left_out
    calls first.tape | grep -vxFf left_out >expected
    calls second.tape >actual
    diff -u expected actual || fail "$1: other functions are left out than was said"
    expect_equal "$1: events" "$(($(info .events first.tape) - $(jq "$3.events" advice.json)))" \
        "$(info .events second.tape)"
}

try_gcc() { # COMPILER SOURCE...
    "$@" -g -finstrument-functions -o program
    advise "$BY_FLAG"
    jq -r '.gcc_flags[]' advice.json >flags
    "$@" -g -finstrument-functions $(cat flags) -o program
    record second.tape
    expect_left_out "$1" "$BY_FLAG" .flags_saving
}

try_gcc gcc -O2 one.c pair.c
jq -r '.functions[] | select(.function == "leaf_07") | .left_out_by + " " + .others[0]' advice.json >said
grep -vx 'attribute leaf_07_rarely' said && fail "a flag would take leaf_07_rarely with leaf_07"
try_gcc g++ -O1 names.cpp
grep -q -e '[<(]' flags && fail "flags hold what gcc may spell otherwise: $(cat flags)"

# clang: the attribute on each line that is named.
clang -O2 -g -finstrument-functions one.c pair.c -o program
advise true
for place in $(jq -r '.functions[] | "\(.file):\(.line)"' advice.json); do
    sed -i "${place##*:}s/^/__attribute__((no_instrument_function)) /" "${place%:*}"
done
clang -O2 -g -finstrument-functions one.c pair.c -o program
record second.tape
expect_left_out clang true .saving
