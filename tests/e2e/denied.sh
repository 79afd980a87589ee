# Each system call of the runtime fails once, and each of the recorder's: for want of memory, descriptors, space, rights.
# The program does as ever; the tape is whole, or what failed is said; nothing hangs or is left behind. FAULTS=all fails
# all of them (`make faults`), else some.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "registers are x86-64's"
gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -o deny "$ROOT/tests/support/deny.c"
build hello gcc -O1
status=0
./deny 0 of libc.so ./hello >/dev/null || status=$?
[ $status = 0 ] || skip "nothing can be traced here"
bad=0 runs=0 step=1
[ "${FAULTS-}" = all ] || step=2

wrong() { # REASON
    echo "$what: call $at, number $(cut -d' ' -f2 denied), failed: $1 (status $status): $(cat err)"
    bad=$((bad + 1))
}

# The program is undisturbed; the tape is sound.
judge() {
    runs=$((runs + 1))
    grep -E "$OURS" err >said || true
    [ $status != 124 ] || wrong "no end"
    if [ -e t.tape ]; then
        "$CALLTAPE" check t.tape >check.out 2>&1 || wrong "$(cat check.out)"
    elif [ ! -s said ]; then
        wrong "no tape and not a word"
    fi
    if [ -e t.tape.part ] || [ -e t.tape.arena ]; then
        grep -q -e --repair said || wrong "left behind: $(ls)"
    fi
    [ -z "$(find "$TMPDIR" -mindepth 1)" ] || wrong "left behind: $(ls "$TMPDIR")"
    rm -rf "$TMPDIR"/* t.tape*
}

# The runtime's, in a program, in a thread and in a child.
for program in "./hello" "./first_fork once 50000"; do
    what=$program
    set -- $program
    [ -x "$1" ] || build "${1#./}" gcc -O1
    "$@" >plain.out 2>plain.err || true
    "$CALLTAPE" record -o t.tape -- ./deny 0 of libcalltape.so "$@" >out 2>err
    calls=$(cut -d' ' -f1 denied) most=$(info .calls)
    [ "$calls" -gt 20 ] || fail "$what: $calls calls counted"
    for at in $(seq 1 "$step" "$calls"); do
        rm -rf t.tape*
        status=0
        timeout --kill-after=5 60 "$CALLTAPE" record -o t.tape -- ./deny "$at" of libcalltape.so "$@" >out 2>err || status=$?
        cmp -s out plain.out || wrong "another output"
        [ $status = 0 ] || wrong "another status"
        [ ! -e t.tape ] || [ "$(info .calls)" -le "$most" ] || wrong "more calls than made"
        judge
    done
done

# The recorder's, from the moment when it looks at the program.
what=record
"$CALLTAPE" record -o t.tape -- ./hello >/dev/null 2>&1
./deny 0 after hello "$CALLTAPE" record -o t.tape -- ./hello >plain.out 2>err
calls=$(cut -d' ' -f1 denied)
for at in $(seq 1 $((step * step * step)) "$calls"); do
    rm -rf t.tape*
    status=0
    timeout --kill-after=5 60 ./deny "$at" after hello "$CALLTAPE" record -o t.tape -- ./hello >out 2>err || status=$?
    if [ $status = 0 ]; then
        cmp -s out plain.out || wrong "another output"
    elif [ $status != 1 ] && [ $status != 126 ]; then
        wrong "an unexpected end"
    fi
    [ ! -e t.tape ] || [ "$(info .calls)" = 3 ] || wrong "other calls"
    judge
done
echo "$runs calls failed"
[ $bad = 0 ] || fail "$bad of them are not survived as they should be"
