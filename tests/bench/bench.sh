# make bench: what recording costs, beside not tracing, glibc's empty hooks, the least that a hook must cost (without
# times order_hook.c, with them limit_hook.c) and uftrace; and how true its times are. The variants take turns, so that a
# slow minute of the machine hits all of them. Ends with a table of what is asked and what was measured.
# Environment: CALLTAPE, BUILD; ROUNDS (7), SUBJECTS ("fib sqlite words threads"), FIB (33), SAMPLES (40000),
# REPETITIONS (50), READ_EVENTS (10^9; 0: none), REAL_CACHE.
set -u
export LC_ALL=C
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=$(cd "${BUILD:-$ROOT/build}" && pwd) || exit 1
. "$ROOT/tests/real/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
for part in variants subjects shares figures truth reading verdict; do
    . "$ROOT/tests/bench/$part.bash"
done
ROUNDS=${ROUNDS:-7}
FIB=${FIB:-33}
SAMPLES=${SAMPLES:-40000}
REPETITIONS=${REPETITIONS:-50}
READ_EVENTS=${READ_EVENTS:-1000000000}
bench=$BUILD/bench
need jq gcc g++ awk nm taskset

describe_machine() {
    echo "machine:  $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    echo "system:   Linux $(uname -r), clock $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)," \
        "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
    echo "compiler: $(gcc --version | head -n 1), -O2"
    echo "calltape: $("$CALLTAPE" --version | head -n 1)"
    ! has_variant uftrace || echo "uftrace:  $(uftrace --version | head -n 1)"
    echo "rounds:   $ROUNDS, variants in turn; median (min..max) in seconds; ratios are taken in each round"
}

build_helpers() {
    local flags="-O2 -Wall -Wextra -D_GNU_SOURCE"
    gcc $flags -o "$bench/measure" "$ROOT/tests/bench/measure.c" &&
        gcc $flags -shared -fPIC -o "$bench/limit_hook.so" "$ROOT/tests/bench/limit_hook.c" &&
        gcc $flags -shared -fPIC -o "$bench/order_hook.so" "$ROOT/tests/bench/order_hook.c" &&
        gcc $flags -shared -fPIC -DFRAMES -o "$bench/frames_hook.so" "$ROOT/tests/bench/order_hook.c" &&
        gcc $flags -shared -fPIC -o "$bench/sampler.so" "$ROOT/tests/bench/sampler.c"
}

run_rounds() { # SUBJECT...
    local round subject variant
    for ((round = 0; round < ROUNDS; round++)); do
        for variant in $variants; do
            for subject; do
                run_variant "$variant" "$subject" || return
            done
        done
    done
}

show_subject() { # SUBJECT
    printf '\n%s: %.1f M events\n' "${title[$1]}" "$(info_of_tape "$work/exact.tape" events)e-6"
    awk -f "$ROOT/tests/bench/runs.awk" -f "$ROOT/tests/bench/tables.awk" "$work/$1.runs"
}

bench_subject() { # SUBJECT
    prepare "$1" && run_rounds "$1" && add_sizes "$1" && show_subject "$1"
}

# One thread and two take turns as well.
bench_threads() {
    prepare thread && prepare threads && run_rounds thread threads && add_sizes threads && show_subject threads &&
        thread_costs
}

bench_sqlite() {
    prepare sqlite && prepare sqlite-noinline || { echo "SQLite is left out, and packing and truth with it"; return 0; }
    bench_subject sqlite && read_sqlite && packing sqlite && truth sqlite && take_samples sqlite-noinline && truth sqlite-noinline
}

bench() { # SUBJECT
    case $1 in
    fib | words) bench_subject "$1" ;;
    sqlite) bench_sqlite ;;
    threads) bench_threads ;;
    *) echo "unknown subject '$1'; known are: fib sqlite words threads"; return 2 ;;
    esac
}

build_helpers || exit 1
choose_variants
describe_machine
for subject in ${SUBJECTS:-fib sqlite words threads}; do
    bench "$subject" || exit
done
start_cost || exit
arguments_cost || exit
[ "$READ_EVENTS" = 0 ] || read_long || exit
closing_table
