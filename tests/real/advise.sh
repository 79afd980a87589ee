# What advise foretells beside what a recording of the program built again with its flags shows, for SQLite's benchmark
# and a C++ program (SUBJECTS): events, which must be equal; user and system time of the traced process, and bytes of the
# tape, which are printed. ROUNDS (7) times: a recording, advise of it, and a second recording at once, as machines have
# slow and fast minutes, in which costs and tapes differ by a third; the program is built anew where advise chose other
# functions, which takes most of the time. Of what each round foretold too much or too little the median and the middle
# half are told.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq gcc g++
ROUNDS=${ROUNDS:-7}

gcc -O2 -D_GNU_SOURCE -o "$work/measure" "$ROOT/tests/bench/measure.c" || skip "measure.c was not built"

prepare_sqlite() {
    program=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) || skip "SQLite was not built: $program"
    sqlite_source=$(debian_source sqlite3 sqlite3-3.40.1)
    sqlite_one_file=$REAL_CACHE/build/sqlite
    arguments="--size 5 --testset main :memory:"
}

build_sqlite() { # OUTPUT FLAG...
    local output=$1
    shift
    (cd "$work" && sqlite_compile "$@" && mv speedtest1 "$output")
}

prepare_words() {
    program=$work/words arguments=60000
    build_words "$program" || skip "words.cpp was not built"
}

build_words() { # OUTPUT FLAG...
    local output=$1
    shift
    g++ -std=c++17 -O2 -g -finstrument-functions "$@" -o "$output" "$ROOT/tests/bench/words.cpp"
}

# Prints the program built with the flags of advice.json; each set of functions is built once, in whatever order it was
# advised.
built_again() { # SUBJECT
    local flags again
    flags=$(jq -r '.gcc_flags[]' "$work/advice.json")
    again=$work/$1-$(tr ',=' '\n\n' <<<"$flags" | sort | cksum | cut -d ' ' -f 1)
    [ -x "$again" ] || "build_$1" "$again" -finstrument-functions $flags || return
    echo "$again"
}

measured() { # CLOCK TAPE PROGRAM: prints events, seconds, bytes
    "$CALLTAPE" record --clock "$1" -o "$2" -- "$work/measure" "$work/times" "$3" $arguments 2>"$work/stderr" || return
    echo "$(info_of_tape "$2" events) $(awk '{ print $2 + $3 }' "$work/times") $(stat -c %s "$2")"
}

# Adds to $work/rounds: events, seconds and bytes of the first recording, of the second, and as foretold.
round() { # SUBJECT CLOCK LIMIT
    local again before after foretold
    before=$(measured "$2" "$work/first.tape" "$program") || return
    "$CALLTAPE" advise --format json --limit "$3" "$work/first.tape" >"$work/advice.json" 2>"$work/stderr" || return
    again=$(built_again "$1") || return
    after=$(measured "$2" "$work/second.tape" "$again") || return
    foretold=$(jq -r '.flags_saving | "\(.events) \(.ns / 1e9) \(.bytes)"' "$work/advice.json")
    echo "$before $after $foretold" >>"$work/rounds"
}

calls_in() { # TAPE
    "$CALLTAPE" report --raw --format json "$work/$1.tape" 2>/dev/null | jq -r '.[] | "\(.function) \(.calls)"' | sort
}

# What of the last round differs where it should not.
unlike() {
    cat "$work/rounds"
    join <(calls_in first) <(calls_in second) | awk '$2 != $3'
    for tape in first second; do "$CALLTAPE" info "$work/$tape.tape" | grep -E '^(events|note|warning)'; done
}

quartiles() { # numbers, one a line
    sort -g | awk '{ at[NR] = $1 }
        END { printf "%+.1f %% (%+.1f to %+.1f)", at[int((NR + 1) / 2)], at[int((NR + 3) / 4)], at[int((3 * NR + 1) / 4)] }'
}

compare() { # WHAT FIELD: what was foretold is off by, of what was saved
    local off
    off=$(awk -v i="$2" '{ saved = $i - $(i + 3); if (saved != 0) print 100 * ($(i + 6) / saved - 1) }' "$work/rounds" | quartiles)
    awk -v i="$2" '{ print $i, $(i + 3), $(i + 6) }' "$work/rounds" | sort -g | sed -n "$(((ROUNDS + 1) / 2))p" |
        awk -v what="$1" -v off="$off" '{ printf "      %-8s %12.6g before, %12.6g after, %12.6g foretold; off by %s\n", what, $1, $2, $3, off }'
}

try() { # SUBJECT CLOCK LIMIT
    local name="$1, $2, --limit $3" number
    rm -f "$work/rounds"
    for ((number = 1; number <= ROUNDS; number++)); do
        round "$@" || { fail "$name: round $number" "$work/stderr"; return; }
        awk '$1 - $4 != $7 { exit 1 }' "$work/rounds" || { fail "$name: events saved are not as foretold" <(unlike); return; }
    done
    ok "$name: $(awk 'NR == 1 { print $7 " of " $1 }' "$work/rounds") events saved, as foretold"
    compare seconds 2
    compare bytes 3
}

for subject in ${SUBJECTS:-words sqlite}; do
    "prepare_$subject"
    for clock in exact adaptive; do
        for limit in ${LIMITS:-5 20 0}; do
            try "$subject" "$clock" "$limit"
        done
    done
done
finish
