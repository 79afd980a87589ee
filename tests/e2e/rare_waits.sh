# Waits that come rarely among short calls are the waiting functions' own, with the adaptive clock as well: the program's
# books say how long it waited in which, and nearly all of that must be there.
. "$ROOT/tests/e2e/lib.sh"

self() { # FUNCTION
    "$CALLTAPE" report --format json t.tape 2>/dev/null | jq --arg function "$1" '.[] | select(.function == $function) | .self_ns'
}

expect_waits() { # FUNCTION WAITED
    local told
    told=$(self "$1")
    [ "$told" -ge $(($2 - $2 / 50)) ] || fail "$compiler $clock: $1 waited for $2 ns, but has $told of its own"
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    build rare_waits $compiler -O2
    for clock in exact adaptive; do
        rm -f "$COUNTS"
        read -r serve look told <<<"$("$CALLTAPE" record --clock $clock -o t.tape -- ./rare_waits 2>record.err)"
        expect_nothing_lost
        expect_counts
        [ $clock = exact ] || [ "$told" = 1 ] || skip "the system does not tell threads of switches"
        expect_waits serve "$serve"
        expect_waits look "$look"
        [ "$(self leaf)" -lt $(((serve + look) / 4)) ] || fail "$compiler $clock: leaf, which never waits, has $(self leaf) ns"
    done
done
