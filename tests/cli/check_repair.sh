# What can be saved goes to another file, which is sound or said not to be; nothing is overwritten unasked.
set -e
cp "$ROOT/tests/golden/deep.tape" x.tape
sum=$(cksum <x.tape)
"$CALLTAPE" check --repair x.tape | grep -o '^x.repaired.tape: 1,001 calls saved'
[ "$(cksum <x.tape)" = "$sum" ]
"$CALLTAPE" report --format json x.repaired.tape 2>/dev/null | jq -c '.[] | [.function, .calls]'
"$CALLTAPE" check x.repaired.tape | sed 's/[0-9.]* kB$/N kB/'
"$CALLTAPE" check --repair x.tape 2>&1 && exit 1
"$CALLTAPE" check --repair --force x.tape >/dev/null
"$CALLTAPE" check --repair -o y.tape x.tape | grep -o '^y.tape: 1,001 calls'
"$CALLTAPE" check --repair missing.tape >out 2>&1 && exit 1
[ ! -e missing.repaired.tape ]
ls ./*.tape

echo "-- descriptions are damaged"
cp "$ROOT/tests/golden/plain.tape" p.tape
section=$(grep -aob '/usr/bin/demo' p.tape | head -n 1 | cut -d: -f1)
printf '\377' | dd of=p.tape bs=1 seek="$section" conv=notrunc status=none
"$CALLTAPE" check --repair p.tape
"$CALLTAPE" check p.repaired.tape | sed 's/[0-9.]* kB$/N kB/'
"$CALLTAPE" report p.repaired.tape

echo "-- right checksums, wrong contents"
status=0
"$CALLTAPE" check --repair -o paused.tape "$ROOT/tests/fuzz/corpus/tape/paused" 2>&1 || status=$?
[ "$status" = 1 ]
[ -e paused.tape ]
