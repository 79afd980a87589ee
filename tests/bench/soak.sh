# make soak: records 10^10 events through a buffer of 16 MiB and compares the tape's calls of each function with the
# books that the program keeps. While it runs, tells how far it is and what memory the recorder and the program have.
# The recorder's must not grow but by the index of its blocks (some 70 bytes for every hundred thousand events).
# With SERVE, seconds, the program is a server under load for so long: a thread for each connection, every answer checked;
# its memory must not grow either, and nobody's open files.
# Environment: CALLTAPE, BUILD; SERVE; EVENTS (10000000000), EVERY (10, seconds between two lines), OPTIONS of record (none),
# TMPDIR (/tmp), which needs room for the tape.
set -u
export LC_ALL=C
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=$(cd "${BUILD:-$ROOT/build}" && pwd) || exit 1
CALLTAPE=${CALLTAPE:-$BUILD/calltape}
EVENTS=${EVENTS:-10000000000}
EVERY=${EVERY:-10}
OPTIONS=${OPTIONS:-}
SERVE=${SERVE:-}
GROWTH_KIB=16384
GROWTH_FILES=16 # connections come and go
work=$(mktemp -d "${TMPDIR:-/tmp}/calltape-soak.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
: >"$work/memory"

fail() {
    echo "FAIL  $*"
    failed=1
}

resident() { # PID [FIELD]: KiB; nothing once it has ended
    sed -n "s/^${2:-VmRSS}:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$1/status" 2>/dev/null
}

files() { # PID
    ls "/proc/$1/fd" 2>/dev/null | wc -l
}

mib() {
    awk "BEGIN { printf \"%.1f\", ${1:-0} / 1024 }"
}

child_of() { # PID
    cat "/proc/$1/task/$1/children" 2>/dev/null
}

# One line every $EVERY seconds until the recorder has ended; $work/memory holds of each its memory, the program's own,
# and the open files of both.
watch() { # PID
    local recorder program
    printf '%9s %10s %13s %12s\n' seconds "tape, MB" "recorder, MiB" "program, MiB"
    while sleep "$EVERY" && recorder=$(resident "$1") && [ -n "$recorder" ]; do
        program=$(child_of "$1")
        [ -z "$program" ] || echo "$recorder $(resident $program RssAnon) $(files "$1") $(files $program)" >>"$work/memory"
        printf '%9d %10.1f %13s %12s\n' "$SECONDS" "$(stat -c %s "$work/soak.tape.part" 2>/dev/null || echo 0)e-6" "$(mib "$recorder")" \
            "$(mib "$(resident ${program:-0})")"
    done
}

record() {
    SECONDS=0
    "$CALLTAPE" record --buffer 16M $OPTIONS -o "$work/soak.tape" -- "${program[@]}" >"$work/books" &
    local recorder=$!
    watch $recorder
    wait $recorder || fail "record ended with status $?"
    echo "recorded in $SECONDS s"
}

compare_calls() {
    "$CALLTAPE" report --format json --limit 0 "$work/soak.tape" 2>/dev/null |
        jq -r '.[] | "\(.function) \(.calls)"' | sort >"$work/recorded"
    sort "$work/books" | diff - "$work/recorded" || { fail "the tape's calls (>) are not the program's (<)"; return; }
    awk '{ sum += $2 } END { printf "%.0f calls of %d functions, as the program counted them\n", sum, NR }' "$work/books"
}

say_tape() {
    "$CALLTAPE" info --format json "$work/soak.tape" |
        jq -r '"\(.events) events, \(.lost_events) lost, \(.size_bytes / 1e6) MB, \(.bytes_per_event) bytes an event"'
    [ "$("$CALLTAPE" info --format json "$work/soak.tape" | jq .lost_events)" = 0 ] || fail "events were lost"
    "$CALLTAPE" check "$work/soak.tape" >"$work/check" 2>&1 || fail "check: $(cat "$work/check")"
}

# The most in the first tenth of the run, and after.
judge_growth() { # COLUMN WHAT MOST
    awk -v column="$1" -v what="$2" -v most="$3" '
        { at[NR] = $column }
        END {
            if (NR < 10) { print "too short a run to judge growth by"; exit }
            for (i = 1; i <= NR; i++)
                if (i <= NR / 10) { if (at[i] > early) early = at[i] } else if (at[i] > late) late = at[i]
            printf "%s: at most %d in the first tenth, %d after\n", what, early, late
            exit late > early + most
        }' "$work/memory" || fail "grew: $2"
}

if [ -n "$SERVE" ]; then program=("$work/served" "$SERVE"); else program=("$work/soak" "$EVENTS"); fi
gcc -O2 -g -D_GNU_SOURCE -Wall -Wextra -pthread -finstrument-functions -o "${program[0]}" \
    "$ROOT/tests/bench/$(basename "${program[0]}").c" || exit 1
record
say_tape
compare_calls
# The recorder keeps some 300 bytes of each thread that there was (README.md).
threads=$("$CALLTAPE" info --format json "$work/soak.tape" | jq '.threads | length')
judge_growth 1 "memory of the recorder, KiB" $((GROWTH_KIB + threads * 350 / 1024))
if [ -n "$SERVE" ]; then
    judge_growth 2 "the server's own memory, KiB" $GROWTH_KIB
    judge_growth 3 "open files of the recorder" 0
    judge_growth 4 "open files of the server" $GROWTH_FILES
fi
exit $failed
