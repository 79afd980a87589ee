# SQLite's own benchmark, 18.2 million calls: the same output as untraced, and every function's calls as counted by
# hooks that only count.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq nm c++filt

# speedtest1 prints how long each step took.
without_times() {
    sed 's/[0-9]*\.[0-9]*s$/TIME/' "$1" >"$2"
}

program=$(sqlite_speedtest sqlite-instrumented -finstrument-functions) || skip "SQLite was not built: $program"
run=("$program" --size 5 --testset main :memory:)
count_independently "$work/truth" "${run[@]}" >/dev/null || fail "independent count"
"${run[@]}" >"$work/plain" || fail "untraced run"
record "$work/sqlite.tape" "$work/traced" "${run[@]}"
without_times "$work/plain" "$work/plain.masked"
without_times "$work/traced" "$work/traced.masked"
same "sqlite: output" "$work/plain.masked" "$work/traced.masked"
expect_calls sqlite "$work/sqlite.tape" "$work/truth"
expect_sound sqlite "$work/sqlite.tape"
finish
