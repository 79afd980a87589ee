# What advise foretells beside what a recording of the program built again with its flags shows, for SQLite's benchmark
# and a C++ program (SUBJECTS): events, which must be equal; user and system time of the traced process, and bytes of the
# tape, which are printed. ROUNDS (9) of each in turn; the medians, and for times the least too: machines have slow and
# fast minutes, in which costs and tapes differ by a third.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq gcc g++
ROUNDS=${ROUNDS:-9}

gcc -O2 -D_GNU_SOURCE -o "$work/measure" "$ROOT/tests/bench/measure.c" || skip "measure.c was not built"

prepare_sqlite() {
    program=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) || skip "SQLite was not built: $program"
    sqlite_source=$(debian_source sqlite3 sqlite3-3.40.1)
    sqlite_one_file=$REAL_CACHE/build/sqlite
    arguments="--size 5 --testset main :memory:"
}

build_sqlite() { # FLAG...: builds $again
    (cd "$work" && sqlite_compile "$@" && mv speedtest1 "$again")
}

prepare_words() {
    program=$work/words arguments=60000
    words_compile "$program" || skip "words.cpp was not built"
}

words_compile() { # OUTPUT FLAG...
    local output=$1
    shift
    g++ -std=c++17 -O2 -g -finstrument-functions "$@" -o "$output" "$ROOT/tests/bench/words.cpp"
}

build_words() {
    words_compile "$again" "$@"
}

# One recording; its seconds and bytes go to FIGURES.
measured() { # CLOCK TAPE FIGURES PROGRAM
    "$CALLTAPE" record --clock "$1" -o "$2" -- "$work/measure" "$work/times" "$4" $arguments 2>"$work/stderr" ||
        fail "record $4" "$work/stderr"
    echo "$(awk '{ print $2 + $3 }' "$work/times") $(stat -c %s "$2")" >>"$3"
}

least() { # FILE FIELD
    cut -d ' ' -f "$2" "$1" | sort -g | head -n 1
}

median() { # FILE FIELD
    cut -d ' ' -f "$2" "$1" | sort -g | sed -n "$(((ROUNDS + 1) / 2))p"
}

compare() { # WHAT BEFORE AFTER FORETOLD
    awk -v what="$1" -v before="$2" -v after="$3" -v foretold="$4" 'BEGIN {
        saved = before - after
        printf "      %-14s %12.6g before, %12.6g after: %12.6g saved, %12.6g foretold (%+.1f %%)\n", what, before, after,
            saved, foretold, saved ? 100 * (foretold / saved - 1) : 0 }'
}

foretold() { # FIELD
    jq ".flags_saving.$1" "$work/advice.json"
}

try() { # SUBJECT CLOCK LIMIT
    local name="$1, $2, --limit $3" first=$work/first.tape second=$work/second.tape round before after
    rm -f "$work/before" "$work/after"
    measured "$2" "$first" "$work/before" "$program"
    "$CALLTAPE" advise --format json --limit "$3" "$first" >"$work/advice.json" 2>/dev/null || fail "$name: advise"
    "build_$1" -finstrument-functions $(jq -r '.gcc_flags[]' "$work/advice.json") || fail "$name: building with the flags"
    for ((round = 1; round <= ROUNDS; round++)); do
        measured "$2" "$second" "$work/after" "$again"
        [ "$round" = "$ROUNDS" ] || measured "$2" "$first" "$work/before" "$program"
    done
    before=$(info_of_tape "$first" events) after=$(info_of_tape "$second" events)
    if [ $((before - after)) = "$(foretold events)" ]; then
        ok "$name: $(jq '.functions | length' "$work/advice.json") functions, $((before - after)) of $before events"
    else
        fail "$name: $((before - after)) events saved, not $(foretold events)"
    fi
    compare "least seconds" "$(least "$work/before" 1)" "$(least "$work/after" 1)" "$(foretold 'ns / 1e9')"
    compare seconds "$(median "$work/before" 1)" "$(median "$work/after" 1)" "$(foretold 'ns / 1e9')"
    compare bytes "$(median "$work/before" 2)" "$(median "$work/after" 2)" "$(foretold bytes)"
}

again=$work/again
for subject in ${SUBJECTS:-words sqlite}; do
    "prepare_$subject"
    for clock in exact adaptive; do
        for limit in ${LIMITS:-5 20 0}; do
            try "$subject" "$clock" "$limit"
        done
    done
done
finish
