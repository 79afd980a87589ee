# Each call for memory, a mapping, a file's size, a write, a file, a pipe, a process, a thread or a new name, and each read
# at a place in a file, fails once, in every verb: the result is whole, or what failed is said; never a crash, a hang, a
# leak or a file left behind. FAULTS=all fails each of the calls (`make faults`), else a few of each kind. VERBS and
# KINDS: only those.
. "$ROOT/tests/e2e/lib.sh"
[ -x "$BUILD/sanitized/calltape" ] || skip "the sanitized tool was not built"
tool=$BUILD/sanitized/calltape
gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -g -fPIC -shared -o faults.so "$ROOT/tests/support/faults.c"
echo leak:libelf.so >leaks # of what it reads where it could not map
cp "$ROOT"/tests/golden/{told,waits}.tape .
cp "$ROOT"/tests/golden/diff/{old,new}1.tape .
"$CALLTAPE" export --to chrome -o told.json told.tape >/dev/null
build hello gcc -O1
"$CALLTAPE" record -o hello.tape -- ./hello >/dev/null 2>&1

# NAME COMMAND, the latter without `calltape`. What they make is new.*
commands() {
    cat <<'END'
report report told.tape
report_events report --no-summary --columns self,calls,p50,p99,max told.tape
report_json report --format json --by file told.tape
tree tree waits.tape
callers callers main told.tape
hist hist --format json main told.tape
critical critical waits.tape
replay replay told.tape
replay_where replay --where 'ret > 0' told.tape
diff diff old1.tape -- new1.tape
growth growth --all told.tape
query query told.tape 'select name, calls, duration(self) from functions order by self desc limit 5'
html view --html new.html told.tape
svg view --svg new.svg told.tape
chrome export --to chrome -o new.out told.tape
ctf export --to ctf -o new.out told.tape
perfetto export --to perfetto -o new.out told.tape
pprof export --to pprof -o new.out told.tape
callgrind export --to callgrind -o new.out told.tape
csv export --to csv -o new.out told.tape
import import -o new.tape told.json
info info told.tape
check check told.tape
repair check --repair -o new.tape told.tape
advise advise told.tape
symbols symbols new.tape
cflags cflags gcc
cc cc gcc -c -o new.o hello.c
record record -o new.tape -- ./hello
record_filtered record --exclude greet --min-time 1ns -o new.tape -- ./hello
record_arguments record --args main -o new.tape -- ./hello
END
}
cp "$TARGETS"/{hello.c,count.h} .

# run AT KIND COMMAND...: leaves out, err, status, state
run() {
    local at=$1 kind=$2
    shift 2
    truncate -s 0 state
    truncate -s $((8 * ${#kinds[@]})) state
    status=0
    rm -rf new.* sanitizer.*
    [ $name != symbols ] || cp hello.tape new.tape
    local unwinder=1
    [ $kind != mmap ] || unwinder=0 # slow, but knows who calls malloc for libelf
    LSAN_OPTIONS=suppressions=$PWD/leaks:print_suppressions=0 FAULT_IN=calltape FAULT_OF=$kind FAULT_AT=$at FAULT_STATE=$PWD/state LD_PRELOAD=$PWD/faults.so \
        ASAN_OPTIONS=verify_asan_link_order=0:fast_unwind_on_malloc=$unwinder:log_path=$PWD/sanitizer UBSAN_OPTIONS=log_path=$PWD/sanitizer \
        timeout --kill-after=5 60 "$tool" "$@" >out 2>err || status=$?
}

wrong() { # REASON
    echo "$command, $kind $at: $1 (status $status)"
    head -n 30 err sanitizer.* 2>/dev/null || true
    bad=$((bad + 1))
}

# What can't be read is told as that: as an error, or as damage of the tape.
said_unread() {
    [ $kind = read ] && grep -qs "Input/output error" out err
}

judge() {
    if ls sanitizer.* >/dev/null 2>&1; then
        wrong "a sanitizer speaks"
    elif [ $status = 0 ]; then
        # The child that looks for lines may run short of memory, too: then `symbols` counts fewer of them.
        [ $name = symbols ] || cmp -s out plain || [ -s err ] || said_unread || wrong "another output and not a word"
        [ ! -e new.tape ] || "$CALLTAPE" check new.tape >/dev/null 2>&1 || wrong "an unsound tape"
    elif [ $status = 1 ] || [ $status = 3 ] || [ $status = 126 ] || { [ $status = 2 ] && grep -qE "memory|could not be read" err; }; then
        [ -s err ] || said_unread || wrong "not a word"
    else
        wrong "an unexpected end"
    fi
    [ $kind != read ] || [ $status = 0 ] || said_unread || wrong "not what failed"
    [ -z "$(find "$TMPDIR" -mindepth 1)" ] || wrong "left behind: $(find "$TMPDIR" -mindepth 1)"
    rm -rf "$TMPDIR"/*
}

chosen() { # COUNT: of the calls 1 to COUNT
    if [ "${FAULTS-}" = all ]; then
        seq 1 "$1"
        echo 1-
    else
        seq 1 $(($1 / 3 + 1)) "$1"
    fi
}

kinds=(malloc mmap ftruncate write open pipe fork thread rename read) # in the order of support/faults.c
bad=0 runs=0
while read -r name words; do
    [ -z "${VERBS-}" ] || [[ " $VERBS " = *" $name "* ]] || continue
    eval "set -- $words"
    command="calltape $words"
    at=0 kind=none
    run 0 none "$@"
    [ $status = 0 ] || wrong "fails by itself"
    mv out plain
    counts=($(od -An -v -td8 state))
    for i in "${!kinds[@]}"; do
        kind=${kinds[$i]} count=${counts[$i]}
        [ -z "${KINDS-}" ] || [[ " $KINDS " = *" $kind "* ]] || continue
        for at in $(chosen $count); do
            run $at $kind "$@"
            judge
            runs=$((runs + 1))
        done
        [ -z "${TELL-}" ] || echo "$name $kind: $count calls, $bad bad so far"
    done
done < <(commands)
echo "$runs calls failed"
[ $bad = 0 ] || fail "$bad of them are not survived as they should be"
