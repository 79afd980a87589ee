# Chrome's JSON as others write it: whole events in any order, ends by name, texts for numbers, an array that is not an
# object; what calltape itself exports.
cat >mixed.json <<'J'
[{"name":"thread_name","ph":"M","pid":7,"tid":8,"args":{"name":"w\u00f6rker","sort":[1,{"a":null}]}},
 {"ph":"X","name":"inner","pid":7,"tid":8,"ts":11.5,"dur":2.25,"cat":"c"},
 {"ph":"X","name":"outer","pid":7,"tid":8,"ts":"10","dur":10,"args":{"at":"o.c:12"}},
 {"ph":"X","name":"crossing","pid":7,"tid":8,"ts":19,"dur":5},
 {"ph":"C","name":"memory","pid":7,"ts":3,"args":{"value":1}},
 {"ph":"B","name":"open","pid":"gpu","tid":"main","ts":1e1},
 {"ph":"B","name":"closed","pid":"gpu","tid":"main","ts":12},
 {"ph":"E","name":"nobody","pid":"gpu","tid":"main","ts":13},
 {"ph":"E","name":"closed","pid":"gpu","tid":"main","ts":14.001},
]
J
"$CALLTAPE" import mixed.json -o mixed.tape 2>&1
"$CALLTAPE" check mixed.tape | sed "s/, [0-9.]* k*B$//"
"$CALLTAPE" replay mixed.tape

for tape in plain nasty; do
    "$CALLTAPE" export --to chrome -o "$tape.json" "$ROOT/tests/golden/$tape.tape" 2>/dev/null
    "$CALLTAPE" import "$tape.json" -o "$tape.tape" 2>&1
    "$CALLTAPE" check "$tape.tape" | sed "s/, [0-9.]* k*B$//"
done
figures() {
    "$CALLTAPE" report --format json --raw "$1" 2>/dev/null |
        jq -r 'sort_by(.function, .line)[] | "\(.calls) \(.total_ns / 10000 | round) \(.self_ns / 10000 | round) \(.function) \(.line)"'
}
figures plain.tape >imported
figures "$ROOT/tests/golden/plain.tape" | diff - imported && echo "plain: the same figures"

# Functions of one name are told apart by their places.
cat >overloads.json <<'J'
[{"ph":"X","name":"f","pid":1,"tid":1,"ts":1,"dur":1,"args":{"at":"a.cpp:1"}},
 {"ph":"X","name":"f","pid":1,"tid":1,"ts":3,"dur":1,"args":{"at":"a.cpp:5"}},
 {"ph":"X","name":"f","pid":2,"tid":1,"ts":5,"dur":1,"args":{"at":"a.cpp:5"}},
 {"ph":"X","name":"f","pid":1,"tid":1,"ts":7,"dur":1,"args":{"at":"b.cpp:1"}}]
J
"$CALLTAPE" import overloads.json -o overloads.tape 2>&1
"$CALLTAPE" report --format csv overloads.tape | cut -d, -f1-5 | sort

# Times since 1970 keep their nanoseconds, which a double has no room for.
cat >since1970.json <<'J'
[{"ph":"B","name":"f","pid":1,"tid":1,"ts":1733000000000020},
 {"ph":"X","name":"g","pid":1,"tid":1,"ts":1733000000000020.1,"dur":0.2},
 {"ph":"E","pid":1,"tid":1,"ts":1733000000000021.001}]
J
"$CALLTAPE" import since1970.json -o since1970.tape 2>&1
"$CALLTAPE" report --format json since1970.tape | jq -c '.[] | [.function, .total_ns, .self_ns]'

# Values come back as they were told, but for what JSON cannot say.
"$CALLTAPE" export --to chrome -o told.json "$ROOT/tests/golden/told.tape"
"$CALLTAPE" import told.json -o told.tape 2>&1
"$CALLTAPE" check told.tape | sed "s/, [0-9.]* k*B$//"
"$CALLTAPE" replay told.tape | head -n 10
by_length() {
    "$CALLTAPE" report --by-arg length --format csv "$1" | cut -d, -f1,5,6 | sort
}
by_length "$ROOT/tests/golden/told.tape" >wanted
by_length told.tape | diff wanted - && [ "$(wc -l <wanted)" = 4 ] && echo "told: the same lengths"
cat >values.json <<'J'
[{"ph":"X","name":"f","pid":1,"tid":1,"ts":1,"dur":9,"args":{"began":"earlier","n":1}},
 {"ph":"X","name":"g","pid":1,"tid":1,"ts":2,"dur":3,"args":{"a":-5,"b":1e3,"c":18446744073709551615,"d":false,"e":"\u00e9",
  "at":"g.c:3","at":"here","name":"n","ended":"well","h":[1],"i":{"j":2},"k":null,"return":7}},
 {"ph":"B","name":"h","pid":1,"tid":1,"ts":6},
 {"ph":"E","name":"h","pid":1,"tid":1,"ts":7,"args":{"return":"done"}}]
J
"$CALLTAPE" import values.json -o values.tape 2>&1
"$CALLTAPE" check values.tape | sed "s/, [0-9.]* k*B$//"
"$CALLTAPE" replay values.tape
"$CALLTAPE" report --format csv values.tape | cut -d, -f1-7

# Calls that overlap have the times that the file says, whatever is open at their end; what begins and ends at one time
# is in the order of the file. Marks and counters are there, ids stay apart, times that are none are told.
events() { # EVENT...: PHASE NAME TS REST
    local separator='[' event
    for event; do
        set -- $event
        printf '%s{"ph":"%s","name":"%s","pid":1,"tid":1,"ts":%s%s}' "$separator" "$1" "$2" "$3" "${4:+,$4}"
        separator=$',\n'
    done
    echo ']'
}
try() { # NAME EVENT...
    local name=$1
    shift
    echo "$name:"
    events "$@" >x.json
    "$CALLTAPE" import x.json -o x.tape 2>&1
    "$CALLTAPE" check x.tape | sed "s/, [0-9.]* k*B$//"
    "$CALLTAPE" replay x.tape
}
try "a whole event and a pair" 'X whole 1 "dur":4' 'B pair 2' 'E pair 8'
try "ends in the order of their begins" 'B a 1' 'B b 2 "args":{"n":1}' 'E a 3 "args":{"return":4}' 'E b 8 "args":{"m":2}'
try "three at once" 'X a 1 "dur":4' 'X b 2 "dur":4' 'X within 3 "dur":1' 'X c 4 "dur":4' 'X d 6.5 "dur":1'
try "no time at all" 'B a 1' 'B b 1' 'E b 1' 'E a 1' 'B c 1' 'B d 3' 'E d 3' 'E c 3'
try "rounded" 'X a 1 "dur":4' 'X b 2 "dur":3.002'
try "no end" 'X a 1 "dur":4' 'B b 2' 'X c 7 "dur":1' 'B d 9' 'X e 10 "dur":1'
try "marks" 'i hello 1 "args":{"a":1,"b":"x","c":1.5,"return":true,"z":null}' 'X f 2 "dur":4' 'I there 3' \
    'C memory 4 "args":{"value":1,"other":2.5,"x":"y"}'
try "times" 'X a -1 "dur":1' 'X b 1 "dur":"abc"' 'X c 1e400 "dur":1' 'X d 1..5 "dur":1' 'X e 1e1 "dur":-0.5' 'X f "2.5" "dur":2e0' \
    'C g -1 "args":{"value":1}'
cat >ids.json <<'J'
[{"ph":"X","name":"f","pid":4294967297,"tid":4294967298,"ts":1,"dur":1},
 {"ph":"X","name":"f","pid":4294967297,"tid":8589934594,"ts":1.5,"dur":1},
 {"ph":"X","name":"f","pid":1,"tid":2,"ts":1,"dur":1},
 {"ph":"X","name":"f","pid":-1,"tid":"main","ts":1,"dur":1},
 {"ph":"M","name":"thread_name","pid":4294967297,"tid":8589934594,"args":{"name":"known"}}]
J
"$CALLTAPE" import ids.json -o ids.tape 2>&1
"$CALLTAPE" report --per thread --format json ids.tape | jq -r '.[] | "\(.tid) \(.thread_name) \(.calls) \(.total_ns)"' | sort
