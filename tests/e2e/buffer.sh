# The buffer: without --buffer a program that waits for room uses some MiB of it for each busy thread, one that drops
# calls all 64; with it as much as was asked for. Told by how much of files the program has mapped and touched.
. "$ROOT/tests/e2e/lib.sh"
build flood gcc -O2

mapped() { # PID: KiB
    awk '/^Rss(File|Shmem):/ { sum += $2 } END { print sum }' "/proc/$1/status"
}

flood() { # OPTION...: sets $used; with STOP the recorder stands still meanwhile
    rm -f ready go done end "$COUNTS"
    "$CALLTAPE" record "$@" -o t.tape -- ./flood 5000000 ready go done end 2>said &
    local recorder=$! program
    wait_for_file ready
    program=$(tr -d ' ' <"/proc/$recorder/task/$recorder/children")
    [ -z "$STOP" ] || kill -STOP $recorder
    touch go
    wait_for_file done
    used=$(mapped "$program")
    [ -z "$STOP" ] || kill -CONT $recorder
    touch end
    wait $recorder || fail "record: status $?: $(cat said)"
}

at_most() { # WHAT KIB: beside libraries and the arena's head
    [ "$used" -lt $(($2 + 8192)) ] || fail "$1: $used KiB are in use"
}

STOP=
flood
at_most "two busy threads" $((10 << 10))
expect_counts
expect_nothing_lost
flood --buffer 2M
at_most "--buffer 2M" $((2 << 10))
expect_counts
STOP=yes
flood --full drop
[ "$used" -gt $((64 << 10)) ] || fail "--full drop: of 64 MiB only $used KiB are in use"
