# What examples/jobs/README.md counts is so, in all processes together; and arguments name the slow jobs.
. "$ROOT/tests/e2e/examples.bash"
make -s -C "$ROOT/examples/jobs" BUILD="$PWD"
cp "$ROOT/examples/jobs/jobs.txt" .

record_example ./jobs
expect_equal "processes" 4 "$(info '.processes | length')"
expect_calls jobs match_from 1468105
expect_calls jobs match_name 11
expect_calls jobs wait_for_answer 20

[ "$(uname -m)" = x86_64 ] || skip "arguments are recorded on x86-64 only"
calltape record --args 'match_name:pattern,name/s120' -o args.tape -- ./jobs >/dev/null 2>said || fail "$(cat said)"
calltape replay --function match_name args.tape 2>/dev/null >replayed
expect_equal "names of the two long jobs" 2 \
    "$(grep -c 'match_name(pattern="\*-\*-\*-\*-\*-\*.log", name="2026-11-2[45]-the-old-.*-as-of-noon.log.gz")' replayed)"
