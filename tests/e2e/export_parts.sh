# --max-events, --max-bytes and --split: what they promise.
. "$ROOT/tests/e2e/export.bash"
record_target jumps

events_in() { # FILE...: entries and exits
    echo $((2 * $(cat "$@" | grep -cF '"ph":"X"')))
}
"$CALLTAPE" export --to chrome -o whole.json t.tape 2>/dev/null
all=$(events_in whole.json)
[ "$all" -gt 2000 ] || fail "only $all events"

for most in 2 100 1000 $((all - 1)); do
    "$CALLTAPE" export --to chrome --max-events $most -o x.json t.tape 2>said || fail "--max-events $most: $(cat said)"
    kept=$(events_in x.json || true)
    [ "$kept" -le $most ] || fail "--max-events $most keeps $kept"
    grep -q 'the longest calls are written' said || fail "--max-events $most does not say what it left out: $(cat said)"
    jq -e . x.json >/dev/null
done
[ "$kept" -gt 1000 ] || fail "--max-events $most keeps $kept only"
"$CALLTAPE" export --to chrome --max-events $((2 * all)) -o x.json t.tape 2>said
cmp x.json whole.json || fail "--max-events leaves something out that was within it"

for format in chrome perfetto speedscope csv jsonl; do
    "$CALLTAPE" export --to $format --max-bytes 50k -o x t.tape 2>said || fail "--max-bytes of $format: $(cat said)"
    size=$(stat -c %s x)
    [ "$size" -le 50000 ] && [ "$size" -gt 2000 ] || fail "--max-bytes 50k: $size of $format"
done
! "$CALLTAPE" export --to chrome --max-bytes 10 -o x t.tape 2>said || fail "a trace of ten bytes"
grep -q 'no call fits' said || fail "said of ten bytes: $(cat said)"

# Files that follow each other: none too large, each whole, together all events and those at the seams.
"$CALLTAPE" export --to chrome --split 40k -o x.json t.tape 2>said || fail "--split: $(cat said)"
files=(x.*.json)
[ ${#files[@]} -gt 3 ] || fail "${#files[@]} files"
for file in "${files[@]}"; do
    [ "$(stat -c %s "$file")" -le 40000 ] || fail "$file is too large"
    jq -e '[.traceEvents[] | select(.ph == "X")] | length > 0' "$file" >/dev/null || fail "$file is not complete in itself"
done
names_of() { # FILE: of the calls that begin in it
    jq -r '.traceEvents[] | select(.ph == "X" and .args.began? != "earlier") | .name' "$1"
}
whole=$(names_of whole.json | sort | uniq -c)
parts=$(for file in "${files[@]}"; do names_of "$file"; done | sort | uniq -c)
[ "$whole" = "$parts" ] || fail "the calls of all parts are not those of the whole"
