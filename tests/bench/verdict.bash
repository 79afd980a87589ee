# The closing table: what is asked of each figure (on SQLite, unless it says otherwise) beside what was measured.

verdict() { # FIGURE "at most X"|"at least X"|"X to Y" MEASURED
    awk -v figure="$1" -v wanted="$2" -v measured="${3:-}" '
        function met(value, word) {
            split(wanted, word, " ")
            if (word[2] == "most") return value <= word[3] + 0
            if (word[2] == "least") return value >= word[3] + 0
            return value >= word[1] + 0 && value <= word[3] + 0
        }
        BEGIN {
            judgement = measured == "" ? "not measured" : met(measured + 0) ? "met" : "NOT MET"
            printf "%-60s  %-12s  %8s  %s\n", figure, wanted, measured, judgement
        }'
}

closing_table() {
    local clock
    printf '\n%-60s  %-12s  %8s\n' "medians of this run" "must be" "measured"
    verdict "adaptive: process time / limit hook" "at most 0.42" "$(ratio sqlite adaptive cpu limit cpu)"
    verdict "adaptive: process time / not instrumented" "at most 4.0" "$(ratio sqlite adaptive cpu plain cpu)"
    verdict "exact: process time / limit hook" "at most 1.12" "$(ratio sqlite exact cpu limit cpu)"
    verdict "adaptive: elapsed record / limit hook" "at most 0.7" "$(ratio sqlite adaptive whole limit whole)"
    verdict "exact: tape bytes an event" "at most 0.30" "$(bytes_an_event sqlite exact)"
    verdict "adaptive: tape bytes an event" "at most 0.12" "$(bytes_an_event sqlite adaptive)"
    for clock in exact adaptive; do
        verdict "$clock: packing on one core, M events/s" "at least 150" "$(median_in packed.$clock)"
    done
    verdict "paused: process time / glibc's empty hooks" "at most 1.25" "$(ratio sqlite paused cpu empty cpu)"
    for clock in exact adaptive; do
        verdict "$clock: two threads, cost an event / one thread" "at most 1.1" "$(thread_cost $clock)"
    done
    verdict "exact: a call with two recorded ints / one with none" "at most 1.6" "$(median_in arguments.ratio)"
    verdict "record of a program that does nothing, added ms" "at most 15" "$(median_in nothing.added)"
    verdict "self-time shares, adaptive against exact" "at most 0.02" "$(truth_of sqlite medians.clocks.corrected)"
    for clock in exact adaptive; do
        verdict "$clock: corrected shares against samples, -fno-inline" "at most 0.20" \
            "$(truth_of sqlite-noinline medians.samples.$clock.corrected)"
        verdict "$clock: corrected total / not instrumented, -fno-inline" "0.8 to 1.25" \
            "$(truth_of sqlite-noinline total.$clock.corrected)"
    done
    reading_verdicts
}
