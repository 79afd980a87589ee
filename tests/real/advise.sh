# What advise foretells for SQLite's benchmark beside what a recording of the program built again with its flags shows:
# events, which must be equal; user and system time of the traced process, and bytes of the tape, which are printed.
# ROUNDS (5) of each in turn, the least of each: what else runs on the machine only adds.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq gcc
ROUNDS=${ROUNDS:-5}
ARGUMENTS="--size 5 --testset main :memory:"

program=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) || skip "SQLite was not built: $program"
sqlite_source=$(debian_source sqlite3 sqlite3-3.40.1)
sqlite_one_file=$REAL_CACHE/build/sqlite
gcc -O2 -D_GNU_SOURCE -o "$work/measure" "$ROOT/tests/bench/measure.c" || skip "measure.c was not built"

# One recording; its seconds and bytes go to FIGURES.
measured() { # CLOCK TAPE FIGURES PROGRAM
    "$CALLTAPE" record --clock "$1" -o "$2" -- "$work/measure" "$work/times" "$4" $ARGUMENTS 2>"$work/stderr" ||
        fail "record $4" "$work/stderr"
    echo "$(awk '{ print $2 + $3 }' "$work/times") $(stat -c %s "$2")" >>"$3"
}

least() { # FILE FIELD
    cut -d ' ' -f "$2" "$1" | sort -g | head -n 1
}

compare() { # WHAT BEFORE AFTER FORETOLD
    awk -v what="$1" -v before="$2" -v after="$3" -v foretold="$4" 'BEGIN {
        saved = before - after
        printf "      %-8s %12.6g before, %12.6g after: %12.6g saved, %12.6g foretold (%+.1f %%)\n", what, before, after,
            saved, foretold, saved ? 100 * (foretold / saved - 1) : 0 }'
}

foretold() { # FIELD
    jq ".flags_saving.$1" "$work/advice.json"
}

try() { # CLOCK LIMIT
    local name="$1, --limit $2" first=$work/first.tape second=$work/second.tape round
    rm -f "$work/before" "$work/after"
    measured "$1" "$first" "$work/before" "$program"
    "$CALLTAPE" advise --format json --limit "$2" "$first" >"$work/advice.json" 2>/dev/null || fail "$name: advise"
    (cd "$work" && sqlite_compile -finstrument-functions $(jq -r '.gcc_flags[]' "$work/advice.json")) ||
        fail "$name: building with the flags"
    for ((round = 1; round <= ROUNDS; round++)); do
        measured "$1" "$second" "$work/after" "$work/speedtest1"
        [ "$round" = "$ROUNDS" ] || measured "$1" "$first" "$work/before" "$program"
    done
    local before after
    before=$(info_of_tape "$first" events) after=$(info_of_tape "$second" events)
    if [ $((before - after)) = "$(foretold events)" ]; then
        ok "$name: $(jq '.functions | length' "$work/advice.json") functions, $((before - after)) of $before events"
    else
        fail "$name: $((before - after)) events saved, not $(foretold events)"
    fi
    compare seconds "$(least "$work/before" 1)" "$(least "$work/after" 1)" "$(foretold 'ns / 1e9')"
    compare bytes "$(least "$work/before" 2)" "$(least "$work/after" 2)" "$(foretold bytes)"
}

for clock in exact adaptive; do
    try "$clock" 20
    try "$clock" 0
done
finish
