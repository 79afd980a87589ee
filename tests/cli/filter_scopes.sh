# A plain word means functions of any class or namespace, wherever functions are named; so do globs without ::.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
names() {
    echo "$*:"
    "$CALLTAPE" report --format csv --sort calls "$@" 2>/dev/null | sed '1d; s/,.*//; s/^/  /'
}
names --function size costly.tape
names --function 'item*' costly.tape
names --function 'operator<' costly.tape
"$CALLTAPE" report --function ns::size costly.tape
names --exclude size --exclude 'item*' --exclude 'operator<' costly.tape
names --under dispatch server.tape
names --function run --function dispatch server.tape
"$CALLTAPE" callers sizes costly.tape | head -n 4
"$CALLTAPE" callers 'ns::list<int, ns::less>::sizes' costly.tape | head -n 4
"$CALLTAPE" hist sizes costly.tape | head -n 1
"$CALLTAPE" callers sized costly.tape
"$CALLTAPE" hist 'item*' costly.tape
"$CALLTAPE" tree --focus dispatch server.tape | head -n 3
"$CALLTAPE" report --until dispatch server.tape | head -n 4
