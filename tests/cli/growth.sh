# What functions grow with, in sentences and drawn; and, when asked, why nothing is claimed.
export LC_ALL=C.UTF-8
"$CALLTAPE" growth "$ROOT/tests/golden/growth.tape"
"$CALLTAPE" growth --all "$ROOT/tests/golden/growth.tape" | grep '^`'
COLUMNS=50 LC_ALL=C "$CALLTAPE" growth "$ROOT/tests/golden/growth.tape" 're:^look'
"$CALLTAPE" growth "$ROOT/tests/golden/plain.tape"
echo "# filters"
"$CALLTAPE" growth --format json --function sort --function hash "$ROOT/tests/golden/growth.tape" 2>&1 |
    grep -o '"function":"[^"]*"\|^calltape.*'
"$CALLTAPE" growth --all --range ..10% "$ROOT/tests/golden/growth.tape" only_in_first | grep '^`\|^note: filters'
"$CALLTAPE" growth --exclude sorts "$ROOT/tests/golden/growth.tape" 2>&1
