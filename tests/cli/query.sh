# Each table, what can be asked, how it is shown, and that nothing else can be done.
cp "$ROOT"/tests/golden/*.tape .
tape=plain.tape
exec 2>&1
try() {
    echo "\$ query $*"
    "$CALLTAPE" query "$@"
    echo "status $?"
}
try "$tape" "select * from calls where depth = 1 or flags is not null"
try "$tape" "select id, name, module, file, line, address, calls, total, self, min, max from functions"
try "$tape" "select * from threads; select * from processes"
try "$tape" "select * from modules"
try "$tape" "select f.name, p.name as caller, count(*) as calls, duration(sum(c.self)) as self from calls c
    join functions f on f.id = c.function left join functions p on p.id = c.caller group by 1, 2 order by sum(c.self) desc"
try "$tape" "select c.name, p.name as parent from calls c join calls p on p.id = c.parent where c.name = 'fib'"
try "$tape" "select count(*) from calls where start >= 20e6 and end < 30000000"
try --function 'next*' "$tape" "select count(*), min(parent), max(depth) from calls"
try --range 27ms..28ms "$tape" "select name, start, end, total, flags from calls"
try --format json "$tape" "select name, self, self / 1e6 as ms, null as empty from functions limit 2; select 'a' where 0"
try --format csv "$tape" "select name, null, 1.5 from functions limit 3"
try --format json "nasty.tape" "select name, line, calls from functions where line = 3"
try "nasty.tape" "select id, parent, name, thread, stack, start, end, total, self, flags from calls"
try --format json "deep.tape" "select max(depth), count(*), sum(flags = 'cut') from calls"
try "adaptive.tape" "select name, count(*), sum(total), sum(raw_total), max(bound) from calls
    where name = 'add' group by name"
COLUMNS=40 "$CALLTAPE" query "$tape" "select functions.id, name, path from functions join modules on modules.id = module limit 3;" 2>&1 || true
printf '%s\n' .tables 'select 1;' 'select' '2 as two,' '3;' 'select 4' | "$CALLTAPE" query "$tape"
printf '%s\n' 'select 1;' 'selct 2;' 'select 3;' | "$CALLTAPE" query "$tape"
echo "status $?"
printf '%s\n' .quit 'select 1;' | "$CALLTAPE" query "$tape"
try "$tape" .schema
try "$tape" .tabels
try "$tape" "selct 1"
try "$tape" "select name,
    nam from calls"
try "$tape" $'select \e[31m'
for statement in "attach '/tmp/x' as x" "create table x (a)" "insert into calls values (1)" "pragma page_size" \
    "vacuum into 'x'" "select load_extension('x')" "select readfile('x')" "create virtual table x using fts5 (a)"; do
    try "$tape" "$statement"
done
try --memory 2M "$tape" "select length(group_concat(a.id)) from calls a, calls b"
try --temporary 100k --memory 8M "$tape" "select a.id from calls a, calls b order by 1"
try "$tape" "select 1" more
try nonexistent.tape
mkdir empty && cp plain.tape empty/here.tape && cd empty
try "select count(*) from calls"
ls
# What is missing is said beside the rows.
cd .. && cp told.tape damaged.tape && printf '\x55\x55' | dd of=damaged.tape bs=1 seek=300 conv=notrunc 2>/dev/null
try damaged.tape "select count(*) from calls"
