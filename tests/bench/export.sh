# What `export` and `import` take of a core, beside `uftrace dump --chrome` of the same program; `make bench` ends with
# it. Written to /dev/null: how fast a disk takes the bytes is another matter. ctf and perfetto are binary.
# Environment: CALLTAPE, BUILD; ROUNDS (7), SIZE (5) of SQLite's speedtest1.
set -u
export LC_ALL=C TIMEFORMAT='%U %S'
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
. "$ROOT/tests/real/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq awk taskset
program=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) || { echo "$program"; exit 1; }
cd "$work" || exit 1

seconds() { # COMMAND: the median of user and system time
    local i
    for ((i = 0; i < ${ROUNDS:-7}; i++)); do
        { time taskset -c 0 "$@" >/dev/null 2>said; } 2>&1 || echo "failed: $(cat said)" >&2
        rm -rf x.ctf i.tape
    done | awk '{print $1 + $2}' | sort -n | awk '{n[NR] = $1} END {print n[int((NR + 1) / 2)]}'
}

row() { # WHAT EVENTS SECONDS [BASE]
    awk -v what="$1" -v events="$2" -v s="$3" -v base="${4:-}" 'BEGIN {
        printf "%-28s %8.3f s %9.1f M events/s%s\n", what, s, events / s / 1e6, base != "" ? sprintf("   %.1f x uftrace", base / s) : ""}'
}

arguments="--size ${SIZE:-5} --testset main :memory:"
"$CALLTAPE" record -o x.tape -- "$program" $arguments >/dev/null 2>&1
events=$("$CALLTAPE" info --format json x.tape | jq .events)
printf '\nexport of SQLite speedtest1 %s, %.1f M events, one core, to /dev/null\n' "$arguments" "${events}e-6"
base='' uftrace=$(command -v uftrace)
if [ -n "$uftrace" ]; then
    uftrace record --no-libcall --no-event -d u "$program" $arguments >/dev/null 2>&1
    base=$(seconds uftrace dump -d u --chrome --no-pager)
    row "uftrace dump --chrome" "$events" "$base"
fi
row "export --to chrome" "$events" "$(seconds "$CALLTAPE" export --to chrome x.tape)" "$base"
for format in speedscope jsonl csv perfetto; do
    row "export --to $format" "$events" "$(seconds "$CALLTAPE" export --to $format x.tape)"
done
row "export --to ctf" "$events" "$(seconds "$CALLTAPE" export --to ctf -o x.ctf x.tape)"
for format in pprof callgrind folded; do
    row "export --to $format" "$events" "$(seconds "$CALLTAPE" export --to $format x.tape)"
done
[ -z "$uftrace" ] || row "import of uftrace's" "$events" "$(seconds "$CALLTAPE" import u -o i.tape)"
