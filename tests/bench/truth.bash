# Whether the times are true: shares of self time by function, adaptive against exact, and both against samples of the
# program that is not traced; and the sum of the self times against that program's own elapsed time. Samples are taken
# of a -fno-inline build, as only there the untraced program has the functions that the traced one has.

clocks() {
    local clock
    for clock in exact adaptive; do
        ! has_variant $clock || echo $clock
    done
}

corrections() { # of the times that `report` can show
    if offers report --raw; then echo "corrected raw"; else echo raw; fi
}

report_option() { # CORRECTION
    [ "$1" != raw ] || ! offers report --raw || echo --raw
}

# ---- samples ----

# Two sets, to see how far samples differ from samples.
take_samples() { # SUBJECT
    local program=${plain[$1]} set=1
    : >"$work/samples.1" >"$work/samples.2"
    while [ "$(cat "$work"/samples.[12] | wc -l)" -lt "$SAMPLES" ]; do
        SAMPLES_FILE=$work/samples.$set LD_PRELOAD=$bench/sampler.so "$program" ${arguments[$1]} >/dev/null || return
        [ -s "$work/samples.$set" ] || return
        set=$((3 - set))
    done
    for set in 1 2; do
        shares_of_samples "$program" "$work/samples.$set" >"$work/shares.$set"
    done
    cat "$work"/shares.[12] | add_up_shares >"$work/$1.sampled"
}

say_samples() {
    printf '  %-64s %s\n' "half of the $(cat "$work"/samples.[12] | wc -l) samples, against the other half" \
        "$(distance "$work/shares.1" "$work/shares.2")"
}

# ---- rounds ----

note() { # SUBJECT NAME VALUE: one more value of a figure
    echo "$3" >>"$work/$1.$2.truth"
}

note_distance() { # SUBJECT NAME SHARES SHARES: where there are both
    if [ -e "$3" ] && [ -e "$4" ]; then note "$1" "$2" "$(distance "$3" "$4")"; fi
}

record_truth() { # SUBJECT CLOCK
    rm -f "$work/$2.tape"
    "$CALLTAPE" record -o "$work/$2.tape" ${record_options[$2]} -- "${traced[$1]}" ${arguments[$1]} \
        >/dev/null 2>"$work/said" || { cat "$work/said"; return 1; }
}

truth_of_tape() { # SUBJECT CLOCK CORRECTION ROUND SECONDS
    local shares=$work/$1.shares.$2.$3
    shares_of_tape "$work/$2.tape" $(report_option "$3") >"$shares.$4"
    note_distance "$1" "again.$2.$3" "$shares.$4" "$shares.$(($4 - 1))"
    note_distance "$1" "samples.$2.$3" "$shares.$4" "$work/$1.sampled"
    note "$1" "total.$2.$3" "$(awk "BEGIN { print $(total_weight "$shares.$4") / 1e9 / $5 }")"
}

truth_round() { # SUBJECT ROUND
    local clock correction seconds
    "$bench/measure" "$work/program" "${plain[$1]}" ${arguments[$1]} || return
    seconds=$(cut -d ' ' -f 1 "$work/program")
    for clock in $(clocks); do
        record_truth "$1" "$clock" || return
        for correction in $(corrections); do
            truth_of_tape "$1" "$clock" "$correction" "$2" "$seconds"
        done
    done
    for correction in $(corrections); do
        note_distance "$1" "clocks.$correction" "$work/$1.shares.adaptive.$correction.$2" \
            "$work/$1.shares.exact.$correction.$2"
    done
}

# ---- all rounds together ----

# Times are elapsed times: whatever else the machine does falls on some function, in each run on another. The medians of
# each function over the rounds are free of most of that.
truth_of_medians() { # SUBJECT CORRECTION
    local clock shares=$work/$1.shares
    for clock in $(clocks); do
        median_shares "$shares.$clock.$2".* >"$shares.$clock.$2"
        note_distance "$1" "medians.samples.$clock.$2" "$shares.$clock.$2" "$work/$1.sampled"
    done
    note_distance "$1" "medians.clocks.$2" "$shares.adaptive.$2" "$shares.exact.$2"
}

# ---- what came out ----

say_truth() { # SUBJECT NAME TEXT
    [ ! -e "$work/$1.$2.truth" ] || printf '  %-64s %s\n' "$3" "$(summary %.3f <"$work/$1.$2.truth")"
}

say_truths() { # SUBJECT CORRECTION
    local clock
    say_truth "$1" "clocks.$2" "$2: adaptive, against exact"
    say_truth "$1" "medians.clocks.$2" "$2: adaptive, against exact, functions' medians"
    for clock in $(clocks); do
        say_truth "$1" "again.$clock.$2" "$2: $clock, against $clock of the round before"
        say_truth "$1" "samples.$clock.$2" "$2: $clock, against the samples"
        say_truth "$1" "medians.samples.$clock.$2" "$2: $clock, against the samples, functions' medians"
        say_truth "$1" "total.$clock.$2" "$2: $clock, sum of self times / time not instrumented"
    done
}

truth() { # SUBJECT
    local round correction
    for ((round = 0; round < ROUNDS; round++)); do
        truth_round "$1" "$round" || return
    done
    for correction in $(corrections); do
        truth_of_medians "$1" "$correction"
    done
    printf '\ntruth, %s; total variation distances of self-time shares\n' "${title[$1]}"
    [ ! -e "$work/$1.sampled" ] || say_samples
    for correction in $(corrections); do
        say_truths "$1" "$correction"
    done
}

truth_of() { # SUBJECT NAME: the median
    [ ! -e "$work/$1.$2.truth" ] || summary %.3f <"$work/$1.$2.truth" | cut -d ' ' -f 1
}
