cat >prog.c <<'END'
static void parse_request(void) {}
int main(void) { parse_request(); return 0; }
END
gcc -O0 -finstrument-functions -o prog prog.c
try() {
    "$CALLTAPE" record "$@" -o t.tape -- ./prog 2>said
    echo "$* -> $?"
    grep option said
    rm -f t.tape
}
try --function parse_requst
try --exclude 're:^(parse'
try --module progg
try --trigger parse_request
try --trigger on:
try --trigger off:parse_reqest
try --function 'zzz*'
