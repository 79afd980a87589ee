# Names that threads give themselves late are the recorded ones, also of those that are alive when the process ends.
. "$ROOT/tests/e2e/lib.sh"
build renames gcc -O2
for how in "" _exit kill; do
    record_and_compare ./renames $how
    expect_equal "names ($how)" "ends first stays stays_too" \
        "$("$CALLTAPE" info --format json t.tape | jq -r '.. | objects | select(has("tid")) | .name' | sort | xargs)"
done
