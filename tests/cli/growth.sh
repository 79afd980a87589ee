# What functions grow with, in sentences and drawn; and, when asked, why nothing is claimed.
export LC_ALL=C.UTF-8
"$CALLTAPE" growth "$ROOT/tests/golden/growth.tape"
"$CALLTAPE" growth --all "$ROOT/tests/golden/growth.tape" | grep '^`'
COLUMNS=50 LC_ALL=C "$CALLTAPE" growth "$ROOT/tests/golden/growth.tape" 're:^look'
"$CALLTAPE" growth "$ROOT/tests/golden/plain.tape"
