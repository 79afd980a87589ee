# Calls of functions told apart by a recorded value, which is an argument, a result or a note.
exec 2>&1
cd "$ROOT/tests/golden" || exit 1
try() {
    echo "\$ report --by-arg $*"
    "$CALLTAPE" report --by-arg "$@" | sed '/^$/,$d'
}
for name in length ret rows colour ratio path letter; do
    try $name told.tape
done
try letter --sort name --limit 2 --bounds told.tape
try length --where 'length > 0' --columns calls,total --sort total told.tape
try rows --exclude pick --raw told.tape
for name in colour path; do
    try $name --format csv told.tape
    try $name --format json --limit 1 --sort name told.tape
done
for wrong in 'lenght' 'GREEN' 'pair' 'ret --by file' 'ret --per thread' 'ret --sort p99'; do
    try $wrong told.tape
done
try ret plain.tape
