# What examples/threads/README.md counts is so, thread by thread, and an export has it all.
. "$ROOT/tests/e2e/examples.bash"
make -s -C "$ROOT/examples/threads" BUILD="$PWD" CALLTAPE_INCLUDE="$ROOT/include"

record_example ./orders
expect_calls threads work_off 4000
expect_equal "orders by worker" "524 2444 525 507" \
    "$(for worker in 0 1 2 3; do calls_of work_off --thread "worker $worker"; done | paste -sd ' ')"
expect_equal "articles of worker 1" 17721 "$(calls_of price_article --thread 'worker 1')"

calltape export --to chrome -o orders.json t.tape 2>said || fail "$(cat said)"
expect_equal "orders exported" 4000 "$(jq '[.traceEvents[] | select(.ph != "E" and .name == "work_off")] | length' orders.json)"
calltape view --html orders.html t.tape >said 2>&1 || fail "$(cat said)"
[ -s orders.html ] || fail "no page was written"
