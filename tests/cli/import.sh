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
"$CALLTAPE" check mixed.tape | sed "s/, [0-9.]* kB$//"
"$CALLTAPE" replay mixed.tape

for tape in plain nasty; do
    "$CALLTAPE" export --to chrome -o "$tape.json" "$ROOT/tests/golden/$tape.tape" 2>/dev/null
    "$CALLTAPE" import "$tape.json" -o "$tape.tape" 2>&1
    "$CALLTAPE" check "$tape.tape" | sed "s/, [0-9.]* kB$//"
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

# Values come back as they were told, but for what JSON cannot say.
"$CALLTAPE" export --to chrome -o told.json "$ROOT/tests/golden/told.tape"
"$CALLTAPE" import told.json -o told.tape 2>&1
"$CALLTAPE" check told.tape | sed "s/, [0-9.]* kB$//"
"$CALLTAPE" replay told.tape | head -n 6
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
"$CALLTAPE" check values.tape | sed "s/, [0-9.]* kB$//"
"$CALLTAPE" replay values.tape
"$CALLTAPE" report --format csv values.tape | cut -d, -f1-7
