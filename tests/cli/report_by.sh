# Rows by file, module, thread and process, and functions told apart by thread or process.
cd "$ROOT/tests/golden" || exit 1
try() {
    echo "\$ report $*"
    "$CALLTAPE" report "$@" 2>&1 | sed '/^$/,$d'
}
for by in file module thread process; do
    try --by $by plain.tape
    try --by $by --no-summary --columns self,total,calls,p50,max plain.tape
done
try --per thread plain.tape
try --per thread --by module --sort calls --limit 3 plain.tape
try --per process --function log server.tape
try --by process server.tape
for format in json csv; do
    for split in '--by file' '--by module' '--by thread' '--by process' '--per thread --function work'; do
        "$CALLTAPE" report $split --limit 1 --format $format plain.tape 2>/dev/null
    done
done
