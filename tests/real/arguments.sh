# SQLite's statements and result codes, as recorded and as a program that uses it prints them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
. "$ROOT/tests/real/sqlite_build.bash"
need jq
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"

# SQLite takes long to compile, and stays; what uses it is a small program.
sqlite_object() {
    gcc -O2 -g -DSQLITE_THREADSAFE=0 -finstrument-functions -c -o sqlite3.o "$sqlite_one_file/sqlite3.c"
}
sqlite_files || skip "SQLite cannot be had"
object=$(built sqlite-object sqlite3.o sqlite_object) || skip "SQLite was not built"
gcc -O2 -g -I"$sqlite_one_file" -o "$work/program" "$ROOT/tests/real/arguments.c" "$object" -lm -ldl ||
    { fail "the program"; finish; }

"$CALLTAPE" record -o "$work/tape" --args 'sqlite3_prepare_v2:zSql/s80' --returns sqlite3_step -- "$work/program" \
    >"$work/printed" 2>"$work/stderr" || fail "record" "$work/stderr"
expect_sound arguments "$work/tape"

# Outermost calls alone are the program's own. A call that holds others has its result where it ends.
"$CALLTAPE" replay --format json "$work/tape" 2>"$work/stderr" | jq -r '
    select(.depth == 0) | . as $call | .values[]? |
    if .kind == "argument" and $call.function == "sqlite3_prepare_v2" then "S \(.value)"
    elif .kind == "return" and $call.function == "sqlite3_step" then "R \(.value)" else empty end' >"$work/told"
for letter in S R; do
    grep "^$letter" "$work/printed" >"$work/printed.$letter"
    grep "^$letter" "$work/told" >"$work/told.$letter"
    same "$(wc -l <"$work/printed.$letter") values of $letter" "$work/printed.$letter" "$work/told.$letter"
done
finish
