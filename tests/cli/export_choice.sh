# Filters, limits, graphs of less, files; what is said of it.
tape=$ROOT/tests/golden/plain.tape
try() {
    echo "\$ export $*"
    "$CALLTAPE" export "$@" "$tape" 2>&1 || echo "status $?"
}
try --to csv --function fib --depth 2
try --to folded --thread worker -o -
try --to dot --nodes 2
try --to mermaid --nodes 3 --exclude main
try --to jsonl --max-events 8
try --to folded --raw --min-time 6us
try --to chrome --split 2k -o x.json --exclude next_token
for file in x.*; do
    echo "$file: $(grep -c '"ph":"X"' "$file") calls, $(grep -c '"began"' "$file") of them earlier"
done
try --to pprof -o x.pb && [ -s x.pb ]
try --to ctf -o x.ctf && ls x.ctf
try --to ctf -o x.ctf
mkdir empty
try --to ctf -o empty && ls empty
try --to chrome -o /no/such/file
echo "# where waits are"
for format in chrome csv folded; do
    "$CALLTAPE" export --to $format -o waits.$format "$ROOT/tests/golden/nasty.tape" 2>&1 | grep -o '700 ns in all: [^;]*'
done
