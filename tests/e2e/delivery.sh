# The ways to bring the runtime to a program: preloaded, linked shared, linked static; and without a recorder.
. "$ROOT/tests/e2e/lib.sh"
build steady gcc -O2
record_and_compare ./steady

EXTRA="$BUILD/libcalltape.so -Wl,-rpath,$BUILD" build steady gcc -O2
record_and_compare ./steady

EXTRA=$BUILD/libcalltape.a build steady gcc -O2
record_and_compare ./steady

EXTRA=$BUILD/libcalltape.a build steady gcc -O2 -static
record_and_compare ./steady
mv steady static

without_recorder() { # ENVIRONMENT COMMAND
    local status=0
    rm -rf "$COUNTS" alone*
    env "$@" >out 2>err || status=$?
    expect_equal "status of $*" 3 "$status"
    expect_equal "output of $*" "first half second half" "$(paste -sd' ' out)"
    expect_equal "errors of $*" "" "$(cat err)"
    expect_counts alone.tape
    expect_equal "lost events of $*" 0 "$(info .lost_events alone.tape)"
    "$CALLTAPE" check --repair -o whole.tape alone.tape >/dev/null
    expect_counts whole.tape
    rm whole.tape
}
without_recorder CALLTAPE_OUT=alone.tape ./static
build steady gcc -O2
without_recorder CALLTAPE_OUT=alone.tape LD_PRELOAD="$BUILD/libcalltape.so" ./steady

# Linked but not asked to record: nothing happens.
rm -rf alone* t.tape
./static >/dev/null || true
[ -z "$(ls -d *.tape* *.arena 2>/dev/null)" ] || fail "$(ls) was written unasked"
