# What is no recording of another tool's, or a broken one: where, and what is wrong; no tape is left.
try() { # FILE-CONTENT
    printf "$1" >x.json
    "$CALLTAPE" import x.json -o x.tape 2>&1
    echo "status $?$([ ! -e x.tape ] || echo ', and a tape')"
}
try ''
try '12'
try '{"a":[1,2]}'
try '{"traceEvents":{}}'
try '[{"ph":"B","name":"a","ts":1'
try '[{"ph":"B","name":"a" "ts":1}]'
try '[{"ph":"B","name":"a\\q"}]'
try '[{"ph":"B","name":"a\\ud800\\n"}]'
try '[{"ph":"B","name":"a\nb"}]'
try '[{"ph":"B","name":"a"}]'
try '[{"ph":"X","ts":1}]'
try '[7]'
try '[nul]'
try '[] []'
try "[{\"x\":$(printf '[%.0s' $(seq 600))"
try '{"traceEvents":[{"ph":"X","name":"a","ts":1},'
try '\037\213\010\0'
try '\050\265\057\375\0'
# A byte order mark is none of it.
try '\357\273\277[{"ph":"X","name":"a","ts":1},{"ph":"X","name":"b","ts":2},'
rm x.tape
# The end of an array may be missing, that of an event not.
try '[{"ph":"X","name":"a","ts":1},{"ph":"X","name":"b","ts":2},\n'
rm x.tape
try '[{"ph":"X","name":"a","ts":1}'
rm x.tape
try '[{"ph":"X","name":"a","ts":1},{"ph":"X","na'
# What is read is not written over.
printf '[{"ph":"X","name":"a","ts":1}]' >y.json
ln y.json other.json
mkdir recording recording/sub
echo kept >recording/info
ln -s recording/info linked
for output in y.json ./other.json recording recording/info recording/sub/../task.txt linked; do
    "$CALLTAPE" import "$(case $output in *.json) echo y.json ;; *) echo recording ;; esac)" -o "$output" 2>&1
done
cat y.json recording/info
"$CALLTAPE" import none -o x.tape 2>&1
"$CALLTAPE" import . -o x.tape 2>&1
"$CALLTAPE" import --from chrome . -o x.tape 2>&1
echo '[{"ph":"M","name":"thread_name","pid":1,"tid":1,"args":{"name":"idle"}}]' >nothing.json
"$CALLTAPE" import nothing.json -o nothing.tape 2>&1 || ls nothing.tape 2>/dev/null
"$CALLTAPE" import x.json 2>&1
"$CALLTAPE" import -o x.tape 2>&1

record() { # TYPE DEPTH: of 1,000 ns and address 0x1199
    printf '\350\003\0\0\0\0\0\0'"\\$(printf %03o $(($1 | 5 << 3 | ($2 & 3) << 6)))\\0\\231\\021\\0\\0\\0\\0"
}
broken() { # WHAT
    "$CALLTAPE" import d -o x.tape 2>&1
    echo "$1: status $?$([ ! -e x.tape ] || echo ', and a tape')"
}
mkdir d
printf 'Ftrace!\0\004\0\0\0\050\0\001\002\142\003\0\0\0\0\0\0\377\073\0\0\0\0\0\0\0\004\0\0\0\0\0\0cmdline:x\n' >d/info
broken "no tasks"
printf 'SESS timestamp=0.000000500 pid=7 sid=0123456789abcdef exename="/bin/x"\n' >d/task.txt
broken "no map"
printf '1000-5000 r-xp 00001000 00:00 0  /bin/x build-id:aa\n' >d/sid-0123456789abcdef.map
printf 'TASK timestamp=0.000000600 tid=7 pid=7\n' >>d/task.txt
{ record 0 0; record 1 0; } >d/7.dat
printf '# a comment\n0000000000001190 T found\n00000000000011a0 T other\n' >d/x.sym
"$CALLTAPE" import d -o whole.tape 2>&1 && "$CALLTAPE" report --format csv whole.tape 2>/dev/null | cut -d, -f1-6
# What the kernel told: the task's name, and when it ended; what is broken behind costs nothing.
{ record 0 0; } >d/7.dat
told() { # TYPE SIZE PAYLOAD TIME(octal, in units of 256 ns): a record of perf's
    printf "\\$1\\0\\0\\0\\0\\0\\$2\\0$3\\7\\0\\0\\0\\7\\0\\0\\0\\0\\$4\\0\\0\\0\\0\\0\\0"
}
pids='\7\0\0\0\7\0\0\0'
{ told 3 50 "${pids}helper\0\0" 4; told 4 60 "$pids$pids\0\24\0\0\0\0\0\0" 24; printf 'half'; } >d/perf-cpu0.dat
"$CALLTAPE" import d -o told.tape 2>&1 && "$CALLTAPE" report --format csv told.tape 2>/dev/null | cut -d, -f1-6
"$CALLTAPE" info told.tape | grep -E '^(command|directory|machine|recorded)|helper'
{ record 0 0; printf 'half'; } >d/7.dat
broken "a record cut off"
{ record 0 0; printf '0123456789abcdef'; } >d/7.dat
broken "no record"
{ record 4 0; } >d/7.dat
broken "arguments"
printf 'TASK tid=7 pid=7\n' >>d/task.txt
broken "a task without a time"
printf 'Ftrace!\0\003\0\0\0\050\0\001\002\142\003\0\0\0\0\0\0\377\073\0\0\0\0\0\0\0\004\0\0\0\0\0\0' >d/info
broken "another version"
printf 'x' >d/info
broken "another file"
rm d/info
mkfifo d/info
broken "a pipe"
true
