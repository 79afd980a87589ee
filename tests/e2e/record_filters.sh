# Functions that record leaves out are not on the tape, but counted: with what is there every count is the program's.
. "$ROOT/tests/e2e/lib.sh"

is_recorded() { # FUNCTION...: these, and no others
    expect_equal "functions on the tape with $OPTIONS" "$(printf '%s\n' "$@" | LC_ALL=C sort)" \
        "$("$CALLTAPE" report --format json --limit 0 t.tape | jq -r '.[].function' | LC_ALL=C sort -u)"
}

build threads gcc -O0
OPTIONS="--exclude leaf" record_and_compare ./threads
OPTIONS="--function leaf" record_and_compare ./threads
OPTIONS="--function leaf"
is_recorded leaf
OPTIONS="--function re:^(leaf|branch)$ --exclude re:^l" record_and_compare ./threads
OPTIONS="--function re:^(leaf|branch)$ --exclude re:^l"
is_recorded branch
OPTIONS="--file threads.c --exclude re:^b" record_and_compare ./threads
OPTIONS="--file threads.c --exclude re:^b"
is_recorded leaf main start worker

# Children know what their parents left out; each counts its own.
build forks gcc -O2
OPTIONS="--exclude re:^in_" record_and_compare ./forks
OPTIONS="--exclude re:." record_and_compare ./forks
expect_info '.calls' 0
expect_info '.processes' 31

# Handlers come at any point of the hooks.
build storm gcc -O2
OPTIONS="--exclude leaf --exclude on_timer" record_and_compare ./storm 100000

# A library at the address of another that was closed is judged anew.
build reload gcc -O0
for plugin in first second; do
    library $plugin.so reload_plugin gcc -O0 -DPLUGIN=$plugin -Wl,-Ttext-segment=0x600000000000
done
OPTIONS="--module first.so" record_and_compare ./reload "$PWD/first.so" "$PWD/second.so"
OPTIONS="--exclude re:^first" record_and_compare ./reload "$PWD/first.so" "$PWD/second.so"

# Without names nothing matches but what addresses are called by.
build threads gcc -O2 -s -g0
OPTIONS="--exclude leaf"
"$CALLTAPE" record $OPTIONS -o s.tape -- ./threads >/dev/null 2>&1
expect_equal "functions left out of a stripped program" 0 "$(info '.unrecorded | length' s.tape)"
"$CALLTAPE" record --exclude 'threads+0x*' -o s.tape -- ./threads >/dev/null 2>&1
expect_equal "calls recorded of a stripped program" 0 "$(info .calls s.tape)"
