# Every function named, with the file and line that addr2line tells, for SQLite's benchmark and for a generated program of
# over 100 MB with 20,000 functions; says how long finding them took. Figures are printed, only equality is demanded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq addr2line gcc

UNITS=200 FUNCTIONS=100 # of each unit
TYPES=800               # of each unit, for debug information as large as that of C++

generate_unit() { # NUMBER
    awk -v unit="$1" -v functions=$FUNCTIONS -v types=$TYPES 'BEGIN {
        for (t = 0; t < types; t++) {
            printf "struct type_%d_%d {\n", unit, t
            for (m = 0; m < 24; m++)
                printf "    %s member_%d_%d_%d;\n", t && m % 5 == 0 ? "struct type_" unit "_" t - 1 " *" : "long", unit, t, m
            print "};"
        }
        for (f = 0; f < functions; f++) {
            printf "%slong f_%d_%d(long a)\n{\n", f % 3 ? "static " : "", unit, f
            for (l = 0; l < 30; l++)
                printf "    a = a * %d + (a >> %d);\n", f + l, l % 7 + 1
            print "    return a;\n}"
        }
        printf "long run_%d(long a)\n{\n", unit
        for (f = 0; f < functions; f++)
            printf "    a += f_%d_%d(a);\n", unit, f
        print "    return a;\n}"
    }'
}

generate() {
    local unit
    for unit in $(seq $UNITS); do
        generate_unit "$unit" >"unit_$unit.c" || return
        echo "unit_$unit.c"
    done | xargs -P 2 -n 10 gcc -g -O0 -fno-eliminate-unused-debug-types -finstrument-functions -c || return
    {
        for unit in $(seq $UNITS); do echo "long run_$unit(long);"; done
        echo "int main(void) { long a = 1;"
        for unit in $(seq $UNITS); do echo "a = run_$unit(a);"; done
        echo "return a == 42; }"
    } >main.c
    gcc -g -finstrument-functions -o large main.c unit_*.o && rm -f unit_*
}

# "address file:line" of every function of the tape, and what addr2line says.
compare_places() { # WHAT TAPE PROGRAM
    local total wrong
    "$CALLTAPE" report --format json "$2" 2>/dev/null | jq -r --arg program "$3" \
        '.[] | select(.module == $program) | [.address, "\(.file // "?"):\(.line // "?")", .function] | @tsv' >"$work/ours"
    cut -f 1 "$work/ours" | addr2line -e "$3" | sed 's/ (discriminator.*//' >"$work/theirs"
    total=$(wc -l <"$work/ours")
    wrong=$(cut -f 2 "$work/ours" | paste - "$work/theirs" | awk -F '\t' '$1 != $2' | tee "$work/wrong" | wc -l)
    if [ "$total" -gt 0 ] && [ $((wrong * 1000)) -le "$total" ]; then
        ok "$1: file and line of $((total - wrong)) of $total functions as addr2line has them"
    else
        fail "$1: file and line of $wrong of $total functions differ from addr2line's" "$work/wrong"
    fi
    if cut -f 3 "$work/ours" | grep -q '+0x'; then fail "$1: functions without a name"; else ok "$1: all named"; fi
}

# The shortest of three recordings, in seconds.
record_seconds() { # PROGRAM ARGUMENT...
    local elapsed rest
    for _ in 1 2 3; do
        "$work/measure" "$work/figures" "$CALLTAPE" record -o "$work/timed.tape" -- "$@" 2>/dev/null
        read -r elapsed rest <"$work/figures"
        echo "$elapsed"
    done | sort -n | head -n 1
}

# What file and line add to a recording, and the most memory, the child process's included, while they are found.
time_names() { # WHAT TAPE PROGRAM ARGUMENT...
    local what=$1 tape=$2 program=$3 without with memory=
    shift 3
    gcc -O2 -o "$work/measure" "$ROOT/tests/bench/measure.c" && strip -g -o "$work/stripped" "$program" || return
    without=$(record_seconds "$work/stripped" "$@")
    with=$(record_seconds "$program" "$@")
    cp "$tape" "$work/again.tape"
    if [ -x /usr/bin/time ]; then
        memory=$(/usr/bin/time -f %M "$CALLTAPE" symbols "$work/again.tape" 2>&1 >/dev/null)
        memory=", at most $((memory / 1000)) MB"
    fi
    echo "      $what: recording takes $with s, without debug information $without s$memory"
}

check_program() { # WHAT PROGRAM ARGUMENT...
    local what=$1 program
    program=$(readlink -f "$2")
    shift 2
    record "$work/names.tape" "$work/output" "$program" "$@"
    compare_places "$what" "$work/names.tape" "$program"
    time_names "$what" "$work/names.tape" "$program" "$@"
}

program=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) || skip "SQLite was not built: $program"
check_program sqlite "$program" --size 5 --testset main :memory:

program=$(built large large generate) || fail "the large program was not built"
size=$(($(stat -c %s "$program") / 1000000))
check_program "large program, $size MB" "$program"
finish
