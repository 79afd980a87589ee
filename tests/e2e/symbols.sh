# Names, files and lines: found when recording ends, wherever debug information may lie; found again by `symbols`.
. "$ROOT/tests/e2e/lib.sh"
unset DEBUGINFOD_URLS

mkdir sub
cat >one.c <<'END'
static __attribute__((noinline)) int same(int a) { return a + 1; }
int two(int a);
int main(void) { return same(1) + two(2) == 99; }
END
cat >sub/one.c <<'END'
static __attribute__((noinline)) int same(int a) { return a + 2; }

int two(int a) { return same(a); }
END
lines='main one.c:3
same one.c:1
same sub/one.c:1
two sub/one.c:3'
nothing='main null
same null
same null
two null'

compile() {
    gcc -finstrument-functions "$@" -o program one.c sub/one.c
}

# "function file:line" of all, the file's path from here on.
places() {
    "$CALLTAPE" report --format json t.tape 2>/dev/null | jq -r --arg here "$(pwd -P)/" \
        '.[] | .function + " " + (if .line then (.file | ltrimstr($here)) + ":" + (.line | tostring) else "null" end)' | sort
}

expect_places() { # WHAT PLACES
    expect_equal "$1" "$2" "$(places)"
}

record() {
    "$CALLTAPE" record -o t.tape -- ./program 2>err || fail "record: $(cat err)"
}

compile -g
record
expect_places "debug information in the program" "$lines"
grep -q 'no source lines' err && fail "lines are missing: $(cat err)"

# Rows of one name show what tells them apart.
"$CALLTAPE" report t.tape | grep -o 'same .*' | tr -s ' ' | sort >rows
expect_equal "rows" 2 "$(sort -u rows | wc -l)"
grep -q 'same sub/one.c:1' rows || fail "no directory in: $(cat rows)"
"$CALLTAPE" tree t.tape | grep -q 'two  one.c:3' || fail "no line in the tree"
"$CALLTAPE" replay t.tape | grep -q 'two  one.c:3' || fail "no line in the replay"
"$CALLTAPE" replay --format json t.tape | jq -se 'any(.function == "two" and .line == 3)' >/dev/null ||
    fail "no line in the replay's JSON"

# Without debug information: symbols, and one line that says what to do.
cp program whole
strip -g program
record
expect_places "no debug information" "$nothing"
expect_equal "lines said" 1 "$(grep -c 'no source lines for 4 functions of .*compile with -g' err)"

# Found again by the build-id, the path or the name; another build is refused and changes nothing.
cp t.tape without.tape
id=$(readelf -n whole | sed -n 's/.*Build ID: //p')
again() { # PATH-IN-DIRECTORY
    cp without.tape t.tape
    rm -rf debug
    mkdir -p "debug/$(dirname "$1")"
    cp whole "debug/$1"
    "$CALLTAPE" symbols --debug-dir debug t.tape >out 2>err || fail "symbols: $(cat err)"
    expect_equal "what symbols says" "4 functions found, 4 with file and line; 4 changed" "$(cat out)"
    expect_places "by $1" "$lines"
    "$CALLTAPE" check t.tape >/dev/null || fail "symbols left a damaged tape"
}
again ".build-id/${id:0:2}/${id:2}.debug"
again program
again program.debug
again "$PWD/program"
chmod 640 t.tape
"$CALLTAPE" symbols t.tape >out 2>err
expect_equal "what is known stays" "4 functions found, 0 with file and line; 0 changed" "$(cat out)"
expect_equal "mode" 640 "$(stat -c %a t.tape)"
compile -g -O1
cp program debug/program
cp whole program
strip -g program
cp t.tape before.tape
status=0
rm -rf debug/.build-id debug/"$PWD"
"$CALLTAPE" symbols --debug-dir debug t.tape >out 2>err || status=$?
expect_equal "status with another build" 1 "$status"
grep -q 'debug/program is refused, for it is of another build' err || fail "no refusal in: $(cat err)"
cmp t.tape before.tape || fail "a refused file changed the tape"

# A recording that never ended is not turned into one that did.
head -c $(($(stat -c %s t.tape) - 8)) t.tape >cut.tape
"$CALLTAPE" symbols cut.tape >out 2>err && fail "symbols took a damaged tape"
grep -q 'check --repair' err || fail "no advice in: $(cat err)"

# Beside the program, by its debug link.
objcopy --only-keep-debug whole program.dbg
cp whole program
strip program
objcopy --add-gnu-debuglink=program.dbg program
record
expect_places "debug link" "$lines"
rm program.dbg

# From a server, which file:// stands for here.
if ldconfig -p | grep -q libdebuginfod.so.1; then
    mkdir -p "served/buildid/$id"
    cp whole "served/buildid/$id/debuginfo"
    cp whole program
    strip program
    export DEBUGINFOD_URLS=file://$PWD/served/ DEBUGINFOD_CACHE_PATH=$PWD/cache
    record
    expect_places "debuginfod" "$lines"
    unset DEBUGINFOD_URLS DEBUGINFOD_CACHE_PATH
fi

# Packed into the program: the symbols that it does not export.
if command -v xz >/dev/null && echo '#include <lzma.h>' | ${CC:-gcc} -E -x c - >/dev/null 2>&1; then
    objcopy --keep-file-symbols --strip-debug whole mini
    xz -k mini
    cp whole program
    strip program
    objcopy --add-section .gnu_debugdata=mini.xz program
    record
    expect_places "packed symbols" "$nothing"
fi

# With nothing left: the address in the file.
strip -R .gnu_debugdata program
record
"$CALLTAPE" report --format json t.tape 2>/dev/null | jq -e 'all(.function | startswith("program+0x"))' >/dev/null ||
    fail "functions without a name are not called by their address"
grep -q 'stripped; install its debug symbols' err || fail "no advice in: $(cat err)"
