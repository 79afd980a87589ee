# What is compared: each variant is a way to run a subject. Sets `variants`.
declare -A record_options

offers() { # VERB OPTION
    "$CALLTAPE" "$1" --help | grep -q -e "$2"
}

left_out() { # VARIANT REASON
    echo "left out: $1: $2"
}

choose_variants() {
    variants="plain empty order frames limit beside exact"
    record_options=([exact]="" [adaptive]="--clock adaptive" [paused]="--paused")
    if offers record --clock; then
        record_options[exact]="--clock exact"
        variants+=" adaptive"
    else
        left_out "calltape adaptive" "'calltape record' has no --clock; every event is timed"
    fi
    if offers record --paused; then
        variants+=" paused"
    else
        left_out "calltape paused" "'calltape record' has no --paused"
    fi
    if command -v uftrace >/dev/null; then
        variants+=" uftrace"
    else
        left_out uftrace "not installed"
    fi
}

has_variant() {
    case " $variants " in *" $1 "*) ;; *) return 1 ;; esac
}

# Sets the arrays `tracer` and `program`, the words of each.
variant_command() { # VARIANT SUBJECT
    tracer=() program=("${traced[$2]}")
    case $1 in
    plain) program=("${plain[$2]}") ;;
    empty) ;;
    order | frames | limit) program=(env LD_PRELOAD="$bench/$1_hook.so" "${program[@]}") ;;
    beside) program=(env LD_PRELOAD="$bench/limit_hook.so" "${program[@]}") ;;
    uftrace)
        rm -rf "$work/uftrace.data"
        tracer=(uftrace record --force --no-libcall --no-pager -d "$work/uftrace.data")
        ;;
    *)
        rm -f "$work/$1.tape"
        tracer=("$CALLTAPE" record -o "$work/$1.tape" ${record_options[$1]} --)
        ;;
    esac
    program+=(${arguments[$2]})
}

# The limit hook keeps nothing, so the other core idles: a recorder's does not, and where two cores are one processor's
# two threads, or share its clock, that costs the program. `beside` is the limit hook while the other core reckons.
begin_company() { # VARIANT
    company=
    [ "$1" = beside ] || return 0
    sha256sum /dev/zero &
    company=$!
}

end_company() {
    [ -z "$company" ] || { kill "$company" && wait "$company"; } 2>/dev/null
}

# Adds a "run" line to $work/SUBJECT.runs.
run_variant() { # VARIANT SUBJECT
    local tracer program company status=0
    variant_command "$@"
    begin_company "$1"
    if [ ${#tracer[@]} = 0 ]; then
        "$bench/measure" "$work/program" "${program[@]}" && cp "$work/program" "$work/whole"
    else
        "$bench/measure" "$work/whole" "${tracer[@]}" "$bench/measure" "$work/program" "${program[@]}"
    fi 2>"$work/said" || status=$?
    end_company
    [ $status = 0 ] || { echo "$1 failed on $2: $(tail -n 1 "$work/said")" >&2; return 1; }
    echo "run $1 $(cat "$work/program") $(cat "$work/whole")" >>"$work/$2.runs"
}

# Peak resident KiB of the tracer alone, looked at every few milliseconds in a run of its own, which nothing times.
tracer_peak() { # VARIANT SUBJECT
    local tracer program line peak=0
    variant_command "$@"
    "${tracer[@]}" "${program[@]}" >/dev/null 2>&1 &
    while line=$(grep VmHWM "/proc/$!/status" 2>/dev/null); do
        peak=${line//[!0-9]/}
        sleep 0.002
    done
    wait
    echo "$peak"
}

# Whether the variant's last run kept anything; where nothing was recorded there is no tape.
kept_any() { # VARIANT
    [ -e "$work/$1.tape" ] || [ -e "$work/$1.data" ]
}

# What it kept: "events bytes lost". uftrace keeps the same events, and tells no count of lost ones.
kept_by() { # VARIANT
    local field
    if [ "$1" = uftrace ]; then
        echo "$(info_of_tape "$work/exact.tape" events) $(du -sb "$work/uftrace.data" | cut -f 1) -"
        return
    fi
    for field in events size_bytes lost_events; do
        info_of_tape "$work/$1.tape" "$field"
    done | paste -sd ' '
}

# Adds a "size" line for each tracer that kept anything to $work/SUBJECT.runs.
add_sizes() { # SUBJECT
    local variant
    for variant in $variants; do
        ! kept_any "$variant" ||
            echo "size $variant $(kept_by "$variant") $(tracer_peak "$variant" "$1")" >>"$work/$1.runs"
    done
}
