# Systems and containers forbid calls that other ones have, or are too old for them: recorder, program and reports do
# without each, and without all of them.
. "$ROOT/tests/e2e/lib.sh"
gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -o forbid "$ROOT/tests/support/forbid.c"
status=0
./forbid 1 -- true || status=$?
[ $status = 0 ] || skip "no filters can be set here"

names="memfd_create perf_event_open ptrace process_vm_readv pidfd_open userfaultfd clone3 statx getrandom fallocate
    madvise rseq sched_setscheduler setpriority prlimit64 flock membarrier io_uring_setup renameat2 faccessat2 kcmp
    openat2 close_range copy_file_range execveat preadv2 sched_getaffinity sysinfo uname prctl"
numbers=
for name in $names; do
    numbers="$numbers $name:$(printf '#include <sys/syscall.h>\nSYS_%s\n' "$name" | gcc -E -P - | tail -n 1)"
done
build hello gcc -O2
build threads gcc -O2
./hello >plain.out

expect_recorded() { # ERROR NUMBER...
    ./forbid "$@" -- "$CALLTAPE" record -o t.tape -- ./hello >out 2>err || fail "$name, error $1: $(cat err)"
    cmp -s out plain.out || fail "$name, error $1: another output"
    expect_equal "$name, error $1: calls" 3 "$(info .calls)"
    expect_nothing_lost
    ./forbid "$@" -- "$CALLTAPE" report --format json t.tape >report 2>err || fail "$name: report: $(cat err)"
    expect_equal "$name: functions" "greet hello.c main hello.c" \
        "$(jq -r 'sort_by(.function)[] | .function, (.file | sub(".*/"; ""))' report | paste -sd' ')"
    rm t.tape
}

all=
for each in $numbers; do
    name=${each%:*} number=${each#*:}
    [[ $number = [0-9]* ]] || continue # older than the headers' kernel
    for error in 1 38; do # EPERM, ENOSYS; the C library starts no thread after the first of clone3
        [ "$name $error" = "clone3 1" ] || expect_recorded $error $number
    done
    all="$all $number"
done
name=all
expect_recorded 38 $all
rm -f "$COUNTS"
./forbid 38 $all -- "$CALLTAPE" record -o t.tape -- ./threads 500 2>err || fail "threads: $(cat err)"
expect_counts
expect_nothing_lost
