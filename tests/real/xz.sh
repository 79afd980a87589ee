# xz 5.4.1 with two threads. How often a thread finds the other not ready differs from run to run, so a few functions
# have no true count: those whose independent counts differ between runs are left out, all others must agree.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
need jq nm c++filt make gcc xz

configure_and_make() {
    "$1/configure" --disable-shared --disable-nls --disable-doc --disable-scripts \
        CFLAGS="-O2 -g -finstrument-functions" && make -s -j2
}

# Names whose counts differ in any two of the files.
varying_names() {
    sort -u "$@" | cut -f 2 | sort | uniq -d
}

without_names() { # FILE NAMES OUT
    awk -F '\t' 'FNR == NR { drop[$0] = 1; next } !($2 in drop)' "$2" "$1" >"$3"
}

# The functions of the tape that disagree with every count so far get more counts: a rare variation may show.
count_again_while_unequal() {
    local runs=3
    while varying_names "$work"/truth.[0-9]* >"$work/varying" &&
        without_names "$work/truth.1" "$work/varying" "$work/truth" &&
        without_names "$work/calls.all" "$work/varying" "$work/calls" &&
        ! cmp -s "$work/truth" "$work/calls" && [ "$runs" -lt 12 ]; do
        runs=$((runs + 1))
        count_independently "$work/truth.$runs" "${run[@]}" >/dev/null
    done
}

source=$(debian_source xz-utils xz-5.4.1) || skip "$source"
program=$(built xz src/xz/xz configure_and_make "$source") || skip "xz was not built"
cat "$source"/src/liblzma/*/*.c "$source"/configure | head -c 1500000 >"$work/input"
run=("$program" -T2 --block-size=200000 -3 -c "$work/input")
for i in 1 2 3; do
    count_independently "$work/truth.$i" "${run[@]}" >/dev/null || fail "independent count"
done
"${run[@]}" >"$work/plain" || fail "untraced run"
record "$work/xz.tape" "$work/traced" "${run[@]}"
same "xz: compressed bytes" "$work/plain" "$work/traced"
if xz -dc "$work/traced" | cmp -s - "$work/input"; then ok "xz: decompresses"; else fail "xz: decompresses"; fi

calls_of_tape "$work/xz.tape" "$work/calls.all"
count_again_while_unequal
same "xz: calls of $(wc -l <"$work/truth") functions ($(wc -l <"$work/varying") vary)" "$work/truth" "$work/calls"
certain=$(total_of "$work/truth") all=$(total_of "$work/truth.1")
if [ $((certain * 10)) -gt $((all * 9)) ]; then
    ok "xz: $certain of $all calls were compared"
else
    fail "xz: only $certain of $all calls could be compared"
fi
threads=$(info_of_tape "$work/xz.tape" threads)
if [ "$threads" = 3 ]; then ok "xz: 3 threads"; else fail "xz: $threads threads, not 3"; fi
expect_sound xz "$work/xz.tape"
finish
