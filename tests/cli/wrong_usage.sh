# Exit status 2, and the nearest right word.
exec 2>&1
try() {
    echo "\$ calltape $*"
    "$CALLTAPE" "$@"
    echo "status $?"
}
try reprot
try frobnicate
try --verison
try help trea
try report --sotr total
try report --sort=totl
try report --sort
try report --limit ten
try report --limit 99999999999999999999
try report -z
try tree --min-percent -1
try replay --format xml
try info --format=json5
try check --output x.tape
try check --repair
try check --repair a.tape b.tape
try report a.tape b.tape
try report $'--\e[31m'
