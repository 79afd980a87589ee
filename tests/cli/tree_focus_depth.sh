export LC_ALL=C.UTF-8
# --depth counts from the focus, wherever it is called, and leaves out no call: what is shown has the times and calls of
# the whole tree.
tape=$ROOT/tests/golden/plain.tape
"$CALLTAPE" tree --focus next_token --depth 1 "$tape" | sed '/^$/,$d'
"$CALLTAPE" tree --focus parse --depth 1 --min-percent 0 "$tape" | sed '/^$/,$d'
"$CALLTAPE" tree --focus parse --depth 2 "$tape" | sed '/^$/,$d'
