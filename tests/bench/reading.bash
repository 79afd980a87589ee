# How fast tapes are read: SQLite's beside uftrace's own data of the same program, and one of 10^9 events.

# Seconds of a command, its output to /dev/null; peak memory in MiB goes to $work/peak.
seconds_of() { # COMMAND...
    "$bench/measure" "$work/reading" "$@" 2>/dev/null || return
    awk '{ printf "%.1f\n", $4 / 1024 }' "$work/reading" >"$work/peak"
    cut -d ' ' -f 1 "$work/reading"
}

# The last tapes and the last data of the rounds.
read_sqlite() {
    local round clock
    for ((round = 0; round < ROUNDS; round++)); do
        for clock in exact adaptive; do
            ! has_variant "$clock" || seconds_of "$CALLTAPE" report --no-summary "$work/$clock.tape" >>"$work/$clock.decode" || return
        done
        ! has_variant uftrace || seconds_of uftrace report --no-pager -d "$work/uftrace.data" >>"$work/uftrace.times" || return
    done
    printf '\nreading all events, %s, million a second:\n' "${title[sqlite]}"
    for clock in exact adaptive; do
        ! has_variant "$clock" || tell_reading "$clock"
    done
}

tell_reading() { # CLOCK
    awk -v events="$(info_of_tape "$work/$1.tape" events)" '{ print events / $1 }' "$work/$1.decode" | summary %.0f 1e-6 >"$work/$1.decoded"
    printf '  calltape %s: %s' "$1" "$(cat "$work/$1.decoded")"
    if has_variant uftrace; then
        paste -d ' ' "$work/uftrace.times" "$work/$1.decode" | awk '{ print $1 / $2 }' | summary %.1f >"$work/$1.times_uftrace"
        printf '; uftrace report takes %s times as long' "$(cat "$work/$1.times_uftrace")"
    fi
    echo
}

# A line of output, then the time until it came, in ms.
first_line_ms() { # COMMAND...
    local start=$EPOCHREALTIME line end
    IFS= read -r line < <("$@" 2>/dev/null)
    end=$EPOCHREALTIME
    [ -n "$line" ] && echo "$(( (${end/./} - ${start/./}) / 1000 ))"
}

# Millions of events a second, and memory, of a verb that reads all of the long tape.
read_all() { # NAME VERB...
    local seconds
    seconds=$(seconds_of "$CALLTAPE" "${@:2}" "$work/long.tape") || return
    awk "BEGIN { printf \"%.0f\n\", $READ_EVENTS / $seconds / 1e6 }" >"$work/long.$1"
    cat "$work/peak" >>"$work/long.peaks"
    printf '  %-20s %s million events a second, %s MiB\n' "${*:2}" "$(cat "$work/long.$1")" "$(cat "$work/peak")"
}

read_long() {
    gcc -O2 -g -pthread -finstrument-functions -o "$work/soak" "$ROOT/tests/bench/soak.c" &&
        seconds_of "$CALLTAPE" record -o "$work/long.tape" -- "$work/soak" "$READ_EVENTS" >"$work/long.record" || return
    printf '\nreading a tape of %.0f M events of two threads, recorded in %s s:\n' "${READ_EVENTS}e-6" \
        "$(cat "$work/long.record")"
    seconds_of "$CALLTAPE" report "$work/long.tape" >"$work/long.report" || return
    cat "$work/peak" >"$work/long.peaks"
    echo "  report               $(cat "$work/long.report") s, $(cat "$work/peak") MiB"
    read_all decode report --no-summary && read_all tree tree && read_all callers callers leaf || return
    first_line_ms "$CALLTAPE" replay --range 50%.. "$work/long.tape" >"$work/long.first"
    echo "  replay of a range    first line after $(cat "$work/long.first") ms"
    sort -n "$work/long.peaks" | tail -n 1 >"$work/long.peak"
    rm -f "$work/long.tape"
}

reading_verdicts() {
    local clock
    for clock in exact adaptive; do
        verdict "$clock: reading all events, M/s" "at least 100" "$(median_in "$clock.decoded")"
        verdict "$clock: uftrace report / reading all events" "at least 20" "$(median_in "$clock.times_uftrace")"
    done
    verdict "10^9 events: report, s" "at most 1" "$(median_in long.report)"
    verdict "10^9 events: tree, M events/s" "at least 60" "$(median_in long.tree)"
    verdict "10^9 events: callers, M events/s" "at least 60" "$(median_in long.callers)"
    verdict "10^9 events: peak memory, MiB" "at most 256" "$(median_in long.peak)"
    verdict "10^9 events: first line of a range, ms" "at most 100" "$(median_in long.first)"
}
