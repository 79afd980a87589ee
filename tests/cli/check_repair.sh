# What can be saved goes to another file; nothing is overwritten unasked.
set -e
cp "$ROOT/tests/golden/deep.tape" x.tape
sum=$(cksum <x.tape)
"$CALLTAPE" check --repair x.tape | grep -o '^x.repaired.tape: 1,001 calls saved'
[ "$(cksum <x.tape)" = "$sum" ]
"$CALLTAPE" report --format json x.repaired.tape 2>/dev/null | jq -c '.[] | [.function, .calls]'
"$CALLTAPE" check --repair x.tape 2>&1 && exit 1
"$CALLTAPE" check --repair --force x.tape >/dev/null
"$CALLTAPE" check --repair -o y.tape x.tape | grep -o '^y.tape: 1,001 calls'
"$CALLTAPE" check --repair missing.tape >out 2>&1 && exit 1
[ ! -e missing.repaired.tape ]
ls ./*.tape
