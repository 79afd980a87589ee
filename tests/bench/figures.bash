# The figures that are no table of variants; each leaves its result where the closing table finds it.

# The median over the rounds of COLUMN of VARIANT / COLUMN of BASE; nothing where one was left out.
ratio() { # SUBJECT VARIANT COLUMN BASE BASE-COLUMN
    [ -e "$work/$1.runs" ] || return 0
    awk -v variant="$2" -v column="$3" -v base="$4" -v base_column="$5" \
        -f "$ROOT/tests/bench/runs.awk" -f "$ROOT/tests/bench/ratio.awk" "$work/$1.runs"
}

bytes_an_event() { # SUBJECT VARIANT
    [ ! -e "$work/$1.runs" ] ||
        awk -v variant="$2" '$1 == "size" && $2 == variant { printf "%.3f\n", $4 / $3 }' "$work/$1.runs"
}

summary() { # FORMAT [SCALE]: of the numbers on standard input
    awk -v format="$1" -v scale="${2:-1}" -f "$ROOT/tests/bench/runs.awk" -f "$ROOT/tests/bench/summary.awk"
}

# ---- two threads against one ----

# Processor time an event; the threads' tapes hold two times the events of the one thread's.
thread_costs() {
    local variant
    sed 's/^run \([a-z]*\)/run \1-alone/' "$work/thread.runs" | cat - "$work/threads.runs" >"$work/both.runs"
    printf '\ntwo threads at full rate, processor time an event / one thread:'
    for variant in $variants; do
        echo "$(ratio both "$variant" cpu "$variant-alone" cpu)" |
            awk -v variant="$variant" '{ printf " %s %.2f", variant, $1 / 2 }'
    done
    echo
}

thread_cost() { # VARIANT
    [ ! -e "$work/both.runs" ] || ratio both "$1" cpu "$1-alone" cpu | awk '{ printf "%.3f\n", $1 / 2 }'
}

# ---- a program that does nothing ----

start_cost() {
    local i
    prepare nothing || return
    for ((i = 0; i < REPETITIONS; i++)); do
        rm -f "$work/nothing.tape"
        "$bench/measure" "$work/program" "${traced[nothing]}" &&
            "$bench/measure" "$work/whole" "$CALLTAPE" record -o "$work/nothing.tape" -- "${traced[nothing]}" \
                2>/dev/null || return
        echo "$(cut -d ' ' -f 1 "$work/program") $(cut -d ' ' -f 1 "$work/whole")" >>"$work/nothing.times"
    done
    awk '{ print $2 - $1 }' "$work/nothing.times" | summary %.2f 1000 >"$work/nothing.added"
    printf '\na program that does nothing, %d times: alone %s ms, record adds %s ms\n' "$REPETITIONS" \
        "$(summary %.2f 1000 <"$work/nothing.times")" "$(cat "$work/nothing.added")"
}

# ---- recorded arguments ----

arguments_cost() {
    local round
    prepare arguments || return
    for ((round = 0; round < ROUNDS; round++)); do
        echo "$(nanoseconds_a_call) $(nanoseconds_a_call --args two)" >>"$work/arguments.times"
    done
    awk '{ print $2 / $1 }' "$work/arguments.times" | summary %.2f >"$work/arguments.ratio"
    printf '\na call where every event has its time: %s ns; with two recorded ints: %s ns; %s times\n' \
        "$(summary %.1f <"$work/arguments.times")" \
        "$(cut -d ' ' -f 2 "$work/arguments.times" | summary %.1f)" "$(cat "$work/arguments.ratio")"
}

nanoseconds_a_call() { # OPTION...
    rm -f "$work/arguments.tape"
    "$CALLTAPE" record --clock exact -o "$work/arguments.tape" "$@" -- "${traced[arguments]}" 2>/dev/null
}

# ---- packing alone ----

# An arena with all of a subject's events: the recorder is killed by the program before it begins.
leave_arena() { # ARENA SUBJECT OPTION...
    local arena=$1 subject=$2
    shift 2
    rm -f "$work/left".*
    "$CALLTAPE" record --buffer 512M -o "$work/left.tape" "$@" -- \
        sh -c 'kill -KILL $PPID; exec "$@"' sh "${traced[$subject]}" ${arguments[$subject]} 2>&1 | cat >/dev/null
    mv "$work/left.tape.arena" "$arena"
}

packing() { # SUBJECT
    local variant round
    printf '\npacking on one core, %s, million events a second:\n' "${title[$1]}"
    for variant in exact adaptive; do
        has_variant $variant || continue
        leave_arena "$work/arena" "$1" ${record_options[$variant]} || return
        for ((round = 0; round < ROUNDS; round++)); do
            taskset -c 0 "$bench/packing" "$work/arena" || return
        done >"$work/packing.$variant"
        rm -f "$work/arena"
        awk '{ print $1 / $2 }' "$work/packing.$variant" | summary %.0f 1e-6 >"$work/packed.$variant"
        echo "  calltape $variant: $(cat "$work/packed.$variant")," \
            "$(awk 'END { printf "%.1f M events, %.3f bytes an event", $1 / 1e6, $3 / $1 }' "$work/packing.$variant")"
    done
}

# The median of a result that was printed with its spread.
median_in() { # FILE
    [ ! -e "$work/$1" ] || cut -d ' ' -f 1 "$work/$1"
}
