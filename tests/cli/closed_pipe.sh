# A reader that goes away is no error.
set -o pipefail
tape=$ROOT/tests/golden/plain.tape
for command in "report" "replay --all" "replay --format json --all" "tree" "info" "advise" "export --to jsonl"; do
    "$CALLTAPE" $command "$tape" 2>err | true
    [ "${PIPESTATUS[0]}" = 0 ] || echo "$command: status ${PIPESTATUS[0]}"
    cat err
done
"$CALLTAPE" replay --all "$tape" >/dev/full 2>err
echo "status $?"
cat err
# Nor does a file that is opened become the standard output that is closed.
"$CALLTAPE" view --html - "$tape" <&- >&- 2>err
echo "status $?"
cat err
