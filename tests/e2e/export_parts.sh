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

# Both together: what is long enough is in the files, however short its parts are there.
for options in "--max-events 500" "--max-bytes 60k"; do
    rm -f y.*
    "$CALLTAPE" export --to chrome $options -o y.json t.tape 2>/dev/null
    whole=$(names_of y.json | sort | uniq -c)
    rm y.json
    "$CALLTAPE" export --to chrome --split 6k $options -o y.json t.tape 2>said || fail "--split $options: $(cat said)"
    [ -e y.2.json ] || fail "--split $options makes one file"
    expect_equal "calls of all parts, $options" "$whole" "$(for file in y.*.json; do names_of "$file"; done | sort | uniq -c)"
done

# What is too large for viewers is said before it is written: while nobody takes what is written, it is there.
gcc -O1 -finstrument-functions -o fib "$ROOT/tests/bench/fib.c"
"$CALLTAPE" record --preempted in -o t.tape -- ./fib 31 >/dev/null 2>&1
foretold() { # OPTION...: bytes foretold, and written
    rm -f said
    mkfifo pipe
    "$CALLTAPE" export "$@" t.tape >pipe 2>said &
    {
        for ((i = 0; i < 600; i++)); do ! grep -qs 'viewers of' said || break; sleep 0.1; done
        grep -oE 'this will be about [0-9.]+ MB' said | grep -oE '[0-9]+' | head -n 1
        wc -c
    } <pipe
    wait $!
    rm pipe
}
for format in chrome speedscope; do
    foretold --to $format | tr '\n' ' ' | awk '$1 == 0 || NF != 2 {exit 1} {off = $2 / 1e6 / $1} END {exit off < 0.9 || off > 1.1}' ||
        fail "the size of $format was not foretold: $(cat said)"
    expect_equal "notes on the size of $format" 1 "$(grep -c 'viewers of' said)"
done
"$CALLTAPE" export --to chrome --max-bytes 100M t.tape 2>said >/dev/null
! grep -qs 'viewers of' said || fail "said of 100 MB: $(cat said)"
