# What examples/growth/README.md says can be done can be done. What it says of times is not asked: they are the machine's.
. "$ROOT/tests/e2e/lib.sh"
make -s -C "$ROOT/examples/growth" BUILD="$PWD"
export PATH=$(dirname "$CALLTAPE"):$PATH

for n in 10 20 40 80 160 320; do
    calltape record -o $n.tape -- ./missing $n >/dev/null 2>&1
done
calltape growth --size-argument 1 --all {10,20,40,80,160,320}.tape only_in_first >told
grep -q '^`only_in_first`: calls .*6 runs' told || grep -q '^`only_in_first`: calls by argument 1' told ||
    fail "nothing said of only_in_first: $(cat told)"

calltape record --help | grep -q -e '--args' || skip "the rest needs record --args"
[ "$(uname -m)" = x86_64 ] || skip "arguments are recorded on x86-64 only"
calltape record --args 'only_in_first:na,nb' -o missing.tape -- ./missing 640 >/dev/null
expect_equal "sizes" "147 10 640 10 640" \
    "$(info '[.values[] | select(.name == "na" or .name == "nb")] | sort_by(.name) | "\(.[0].values) \(map("\(.least) \(.most)") | join(" "))"' missing.tape)"
calltape growth --format json missing.tape only_in_first >told.json 2>/dev/null
expect_equal "numbers looked at" "na nb" "$(jq -r '[.[].terms[].number] | unique | join(" ")' told.json)"
