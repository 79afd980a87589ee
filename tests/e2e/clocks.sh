# The clock where the processor's counter is not to be trusted, for the kernel did not take it as its own, or the
# processor does not promise an even rate; and programs in time namespaces of their own.
. "$ROOT/tests/e2e/lib.sh"
unshare --user --map-root-user --mount true 2>/dev/null || skip "no namespaces can be made here"
real=$CALLTAPE

# NAME COMMAND...: the tape's duration is within that of the whole command, whatever the clocks were set to.
timed() {
    local name=$1 before after
    shift
    rm -f t.tape "$COUNTS"
    before=$(date +%s%N)
    "$@" >out 2>err || fail "$name: $(cat err)"
    after=$(date +%s%N)
    expect_nothing_lost
    expect_counts
    [ "$(info .duration_ns)" -le $((after - before)) ] || fail "$name: recorded for $(info .duration_ns) ns"
    [ "$("$CALLTAPE" report --format json t.tape 2>/dev/null | jq '[.[].max_ns] | max')" -le $((after - before)) ] ||
        fail "$name: longer calls than the run"
}

unrecorded() {
    CALLTAPE_OUT=$PWD/alone.tape LD_PRELOAD=$BUILD/libcalltape.so $offset ./forks
    "$CALLTAPE" check --repair -o t.tape alone.tape
    rm alone.tape
}

build threads gcc -O2
build jumps gcc -O2
build forks gcc -O2
offset="unshare --user --map-root-user --time --monotonic 100000 --"
if $offset true 2>/dev/null; then
    for clock in exact adaptive; do
        timed "a time namespace, $clock" "$CALLTAPE" record --clock $clock -o t.tape -- $offset ./forks
        timed "a time namespace of recorder and program" $offset "$CALLTAPE" record --clock $clock -o t.tape -- ./threads 200
        timed "no recorder in a time namespace" unrecorded
    done
fi

sources=/sys/devices/system/clocksource/clocksource0/available_clocksource
[ -e $sources ] || skip "no clock sources are told"
expect_info .clock tsc
echo "hpet acpi_pm" >sources
cat >other <<END
#!/bin/bash
[ "\$1" = record ] || exec "$real" "\$@"
exec unshare --user --map-root-user --mount bash -c 'mount --bind "$PWD/sources" $sources && exec "\$0" "\$@"' "$real" "\$@"
END
chmod +x other
CALLTAPE=$PWD/other
for command in "./jumps" "./threads 1000" "./forks"; do
    record_and_compare $command
    expect_info .clock monotonic
    timed "$command" "$CALLTAPE" record -o t.tape -- $command
done
! $offset true 2>/dev/null || timed "a time namespace, clock monotonic" "$CALLTAPE" record -o t.tape -- $offset ./forks
