# What a program tells of itself: every span and every value is there, once, with the call that it is of, under both
# clocks, with the smallest buffer, from signal handlers and after forks.
. "$ROOT/tests/e2e/lib.sh"
FLAGS="$FLAGS -I$ROOT/include"
export TOLD=$PWD/told

# name, how many, sum (of strings: of their lengths; of the reals: in the program's units).
recorded_values() { # of replay
    "$CALLTAPE" replay --format json --limit 0 t.tape 2>/dev/null | jq -r '
        def number: if type == "string" then length else . end;
        if .values then (.values[] | [.name, .value]) elif .kind == "counter" or .kind == "message" or .kind == "frame"
        then [.name, .value // 0] else empty end | "\(.[0])\t\(.[1] | number)"' |
        awk -F '\t' '{ n[$1]++; sum[$1] += $2 * ($1 == "ratio" ? 4 : $1 == "level" ? 2 : 1) }
            END { for (name in n) print name, n[name], sum[name] }' | LC_ALL=C sort
}

expect_values() {
    LC_ALL=C sort "$TOLD" >expected.told
    recorded_values >recorded.told
    diff -u expected.told recorded.told || fail "the values recorded are not those told ($1)"
}

for compiler in "gcc -O2" "clang -O0"; do
    build annotations $compiler
    COUNTS=/dev/null ./annotations 10 || fail "it does not run alone"
    for how in "--clock exact" "--buffer 1M" ""; do
        : >plain.out
        : >plain.err
        compare_recorded "$how" 0 ./annotations 4000
        expect_values "$compiler $how"
    done
    # What the handler tells is of the handler, and what an untraced function tells is of its caller.
    "$CALLTAPE" replay --format json --limit 0 t.tape 2>/dev/null |
        jq -r 'select(.values) | .function as $f | .values[] | "\(.name) \($f)"' | LC_ALL=C sort -u >whose
    diff -u - whose <<'END' || fail "values have other calls"
long tells_much
negative tells
ratio tells
rows leaf
signal in a signal
signal on_signal
text tells
END
    expect_equal "threads of that name" 2 "$(info '[.thread_list[] | select(.name == "a worker with a long name")] | length')"
    expect_equal "cut" 1 "$("$CALLTAPE" replay --format json --limit 0 t.tape 2>/dev/null | grep -c '"state":"cut"')"
    expect_equal "frames" "$(awk '$1 == "frame" {print $2 - 2}' "$TOLD")" "$(info '.values[] | select(.name == "frame") | .frames')"
done

for compiler in "gcc -O0" "gcc -O2" "clang -O0" "clang -O2"; do
    build annotations_scopes $compiler
    record_and_compare ./annotations_scopes
    # What an exception passes through is left by its span's end; clang's exit hooks are not called then, gcc's are.
    case $compiler in
    gcc*) expect_jumped "never ended 200" ;;
    clang*) expect_jumped "may_throw 100
never ended 200" ;;
    esac
done

# Nothing to link, however the program is linked.
build annotations gcc -O2 -no-pie
./annotations 10
EXTRA="-static -L$BUILD -lcalltape" build annotations gcc -O2
: >plain.out
: >plain.err
compare_recorded "" 0 ./annotations 1000
expect_values static
