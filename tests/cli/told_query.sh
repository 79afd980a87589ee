# Values of calls in SQL: an object a call, taken apart by ->>.
exec 2>&1
cp "$ROOT"/tests/golden/{told,plain}.tape .
tape=told.tape
try() {
    echo "\$ query $*"
    "$CALLTAPE" query "$@"
}
try "$tape" "select name, args, args ->> 'length' as length from calls"
try "$tape" "select args ->> 'colour' as colour, count(*), sum(total) from calls where name = 'pick' group by 1"
try "$tape" "select c.name, p.args ->> 'rows' as rows from calls c join calls p on p.id = c.parent where c.name = 'pick'"
try --where 'length > 1000' --format json "$tape" "select id, args, args ->> 'path' as path from calls"
try --min-time 2us --exclude main "$tape" "select id, args ->> 'ret' as ret from calls limit 2"
try plain.tape "select count(*), count(args) from calls"
