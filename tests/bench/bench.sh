# make bench: what recording costs, beside not tracing, glibc's empty hooks, the least that any timing hook must cost
# (limit_hook.c) and uftrace. The variants take turns, so that a slow minute of the machine hits all of them.
# Environment: CALLTAPE, BUILD; ROUNDS (7), FIB (33), SUBJECTS ("fib sqlite"), REAL_CACHE.
set -u
export LC_ALL=C
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
BUILD=$(cd "${BUILD:-$ROOT/build}" && pwd) || exit 1
. "$ROOT/tests/real/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
ROUNDS=${ROUNDS:-7}
FIB=${FIB:-33}
bench=$BUILD/bench
mkdir -p "$bench"
need jq gcc awk

describe_machine() {
    echo "machine:  $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    echo "system:   Linux $(uname -r), clock $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)," \
        "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)"
    echo "compiler: $(gcc --version | head -n 1)"
    echo "calltape: $("$CALLTAPE" --version | head -n 1)"
    [ -z "$uftrace" ] || echo "uftrace:  $(uftrace --version | head -n 1)"
    echo "rounds:   $ROUNDS, variants in turn; median (min..max); seconds"
}

build_helpers() {
    local flags="-O2 -Wall -Wextra"
    gcc $flags -o "$bench/measure" "$ROOT/tests/bench/measure.c" &&
        gcc $flags -shared -fPIC -o "$bench/limit_hook.so" "$ROOT/tests/bench/limit_hook.c" &&
        gcc $flags -o "$bench/fib-plain" "$ROOT/tests/bench/fib.c" &&
        gcc $flags -finstrument-functions -o "$bench/fib-instrumented" "$ROOT/tests/bench/fib.c"
}

# run_VARIANT PLAIN INSTRUMENTED ARGUMENT...: leaves $work/program (times of the traced program alone) and $work/whole
# (until the tracer, too, has ended).
run_plain() {
    local plain=$1
    shift 2
    "$bench/measure" "$work/program" "$plain" "$@" && cp "$work/program" "$work/whole"
}

run_empty() {
    shift
    "$bench/measure" "$work/program" "$@" && cp "$work/program" "$work/whole"
}

run_limit() {
    shift
    "$bench/measure" "$work/program" env LD_PRELOAD="$bench/limit_hook.so" "$@" && cp "$work/program" "$work/whole"
}

run_calltape() {
    shift
    rm -f "$work/bench.tape"
    "$bench/measure" "$work/whole" "$CALLTAPE" record -o "$work/bench.tape" -- "$bench/measure" "$work/program" "$@"
}

run_uftrace() {
    shift
    rm -rf "$work/uftrace.data"
    "$bench/measure" "$work/whole" uftrace record --force --no-libcall --no-pager -d "$work/uftrace.data" \
        "$bench/measure" "$work/program" "$@"
}

run_rounds() { # SUBJECT PLAIN INSTRUMENTED ARGUMENT...
    local subject=$1 round variant
    shift
    for ((round = 0; round < ROUNDS; round++)); do
        for variant in plain empty limit calltape $uftrace; do
            if ! "run_$variant" "$@" 2>"$work/said"; then
                echo "$variant failed on $subject: $(tail -n 1 "$work/said")"
                return 1
            fi
            echo "$variant $(cat "$work/program") $(cat "$work/whole")" >>"$work/$subject.times"
        done
    done
}

# Lines "variant elapsed user system whole-elapsed user system" to the table.
table() { # TIMES EVENTS
    awk -v events="$2" '
        function sorted(list, n, i, j, t) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
        }
        function summary(variant, column, i, list) {
            for (i = 1; i <= runs[variant]; i++) list[i] = value[variant, column, i]
            sorted(list, runs[variant])
            median = list[int((runs[variant] + 1) / 2)]
            return sprintf("%.3f (%.3f..%.3f)", median, list[1], list[runs[variant]])
        }
        {
            if (!($1 in runs)) order[++variants] = $1
            run = ++runs[$1]
            value[$1, "cpu", run] = $3 + $4; value[$1, "elapsed", run] = $2; value[$1, "whole", run] = $5
        }
        END {
            title["plain"] = "not instrumented"; title["empty"] = "empty hooks (glibc)"
            title["limit"] = "limit hook"; title["calltape"] = "calltape record"; title["uftrace"] = "uftrace record"
            printf "%-20s %-22s %8s %8s  %-22s %10s  %s\n", "", "program user+system", "/ plain", "/ limit",
                "program elapsed", "M events/s", "until the tracer ended"
            summary("plain", "cpu"); plain = median; summary("limit", "cpu"); limit = median
            for (i = 1; i <= variants; i++) {
                v = order[i]
                cpu = summary(v, "cpu"); cpu_median = median; elapsed = summary(v, "elapsed"); rate = median
                printf "%-20s %-22s %8.2f %8.2f  %-22s %10s  %s\n", title[v], cpu,
                    (plain > 0 ? cpu_median / plain : 0), (limit > 0 ? cpu_median / limit : 0), elapsed,
                    (v == "plain" ? "" : sprintf("%.1f", events / rate / 1e6)), summary(v, "whole")
            }
        }' "$1"
}

sizes() { # EVENTS: bytes of the last round's tapes
    local bytes
    bytes=$(info_of_tape "$work/bench.tape" size_bytes)
    awk -v bytes="$bytes" -v events="$1" -v lost="$(info_of_tape "$work/bench.tape" lost_events)" \
        'BEGIN { printf "tape: %.1f MB, %.3f bytes an event, %d events lost\n", bytes / 1e6, bytes / events, lost }'
    [ -n "$uftrace" ] || return 0
    bytes=$(du -sb "$work/uftrace.data" | cut -f 1)
    awk -v bytes="$bytes" -v events="$1" \
        'BEGIN { printf "uftrace data: %.1f MB, %.3f bytes an event\n", bytes / 1e6, bytes / events }'
}

bench_subject() { # SUBJECT TITLE PLAIN INSTRUMENTED ARGUMENT...
    local subject=$1 title=$2 events
    shift 2
    run_rounds "$subject" "$@" || return
    events=$(info_of_tape "$work/bench.tape" events)
    printf '\n%s: %.1f M events\n' "$title" "$(awk "BEGIN { print $events / 1e6 }")"
    table "$work/$subject.times" "$events"
    sizes "$events"
}

uftrace=$(command -v uftrace >/dev/null && echo uftrace)
build_helpers || exit 1
describe_machine
for subject in ${SUBJECTS:-fib sqlite}; do
    case $subject in
    fib) bench_subject fib "fib($FIB), -O2" "$bench/fib-plain" "$bench/fib-instrumented" "$FIB" || exit 1 ;;
    sqlite)
        plain=$(sqlite_speedtest sqlite-plain) && traced=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) ||
            { echo "SQLite was left out: $plain"; continue; }
        bench_subject sqlite "SQLite 3.40.1 speedtest1 --size 5 --testset main :memory:, -O2" "$plain" "$traced" \
            --size 5 --testset main :memory: || exit 1
        ;;
    *) echo "unknown subject '$subject'; known are: fib sqlite"; exit 2 ;;
    esac
done
