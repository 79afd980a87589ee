# record --args and --returns say what is wrong with their words, and show what is not a plain number.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"

cat >program.cpp <<'EOF'
#include <cstdio>
#include <string>
#include <vector>
enum colour { RED, GREEN = 7 };
struct request {
    const char *path;
    unsigned len : 5;
    char name[8];
};
__attribute__((noinline)) int make_data(const std::string &name, const std::vector<int> &rows, colour c)
{
    return (int)(name.size() + rows.size()) + c;
}
__attribute__((noinline)) long handle(request *req, const char *text, void *bad)
{
    return req->len + (text ? 1 : 0) + (bad ? 1 : 0);
}
__attribute__((noinline)) void idle_data(int)
{
    asm volatile("");
}
int main()
{
    idle_data(1);
    request req = {"/index", 6, "first"};
    std::vector<int> rows(3);
    int sum = make_data(std::string("a name that needs memory of its own"), rows, GREEN);
    sum += (int)handle(&req, nullptr, nullptr) + (int)handle(&req, (const char *)16, &req);
    return sum == 0;
}
EOF
record() { # OPTION...
    rm -f program.tape
    "$CALLTAPE" record -o program.tape "$@" -- ./program 2>said
}
expect() { # TEXT
    "$CALLTAPE" replay --all program.tape 2>/dev/null >told
    grep -qF "$1" told || { echo "not told: $1"; cat told said; exit 1; }
}
refuse() { # TEXT OPTION...
    local text=$1
    shift
    local status=0
    record "$@" || status=$?
    [ $status = 2 ] && grep -qF -e "$text" said || { echo "not said: $text"; cat said; exit 1; }
}

for level in -O0 -O2; do
    g++ $level -g -finstrument-functions -finstrument-functions-exclude-file-list=/usr/include -o program program.cpp ||
        exit 1
    record --args make_data --returns make_data --args 'handle:req->path,req->len,req->name,text,bad/p'
    expect 'name="a name that needs memory of its own", rows.size=3, c=GREEN) = 45'
    expect 'req->path="/index", req->len=6, req->name="first", text=NULL, bad=0x0)'
    expect 'text=<unreadable>'
done

# what a program that calls no hooks starts stands behind it
"$CALLTAPE" record -o program.tape --args make_data -- env VALUE=1 ./program 2>said
expect 'rows.size=3, c=GREEN'
status=0
"$CALLTAPE" record -o program.tape --args make_data -- env ls . 2>said || status=$?
[ $status = 2 ] && grep -q 'nor a program named behind it calls the hooks' said || { cat said; exit 1; }

# An asterisk is all of them.
record --args 'handle:*' --returns 'make_data'
expect 'handle(req=0x'
expect 'text=<unreadable>, bad=0x'
refuse "a name is missing at column 12" --args 'handle:bad,*'

# What is left out is named in part, or in full.
for i in $(seq 12); do echo "__attribute__((noinline)) int wide_$i(__int128 n) { return (int)n; }"; done >wide.cpp
echo "__attribute__((noinline)) int wide_0(int n) { return n; }" >>wide.cpp
{ echo "int main() { return wide_0(0)"; seq -f '+ wide_%g(0)' 12; echo '; }'; } >>wide.cpp
g++ -O0 -g -finstrument-functions -o wide wide.cpp || exit 1
"$CALLTAPE" record -o wide.tape --args 'wide_*' -- ./wide 2>said
grep -qF '... and 4 more that are left out; record --verbose names them' said || { echo "not said: 4 more"; cat said; exit 1; }
"$CALLTAPE" record -o wide.tape --verbose --args 'wide_*' -- ./wide 2>said
expect_equal "functions named" 12 "$(grep -c 'values of type __int128 are not recorded' said)"
grep -q 'left out' said && { echo "said: left out"; cat said; exit 1; }

refuse "did you mean make_data?" --args make_date
refuse "no such function" --returns nothing_like_it
refuse "a name is missing at column 11" --args make_data:
refuse "a format is /s, /sBYTES or /p at column 13" --args handle:text/q
refuse "a text has 1 to 1008 bytes at column 14" --args handle:text/s0
refuse "a result has no names" --returns handle:req
refuse "--args 'handle:tex': handle: tex: it has no such parameter; did you mean text?" --args handle:tex
refuse "req has no member pth; did you mean path?" --args 'handle:req->pth' --args make_data
refuse "it has no such parameter" --args 're:^(handle|make_data)$:tex'
record --args handle:tex,bad
grep -qF "did you mean text?" said || { echo "no parameter was suggested"; cat said; exit 1; }
# Of several functions of one name that which has it is enough; else they are named in full.
cat >names.cpp <<'END'
struct shelf { __attribute__((noinline)) int load(const char *xml) { return xml[0]; } };
struct tree { __attribute__((noinline)) int load(int depth) { return depth + 1; } };
__attribute__((always_inline)) inline int price(int n) { return n + 7; }
int main(int count, char **) { return shelf().load("<") + tree().load(count) + price(count) == 0; }
END
g++ -O2 -g -finstrument-functions -o names names.cpp || exit 1
"$CALLTAPE" record -o names.tape --args load:xml/s32 -- ./names 2>said
grep -q 'no such parameter' said && { echo "said of another function:"; cat said; exit 1; }
"$CALLTAPE" record -o names.tape --args load:xml,dept -- ./names 2>said
grep -qF 'calltape: tree::load: dept: it has no such parameter; did you mean depth?' said || { echo "no class:"; cat said; exit 1; }
"$CALLTAPE" record -o names.tape --returns price --returns load -- ./names 2>said
grep -qF 'price: where it is inlined its results are not known' said || { echo "not said of price:"; cat said; exit 1; }
grep -qF 'load: where' said && { echo "said of load:"; cat said; exit 1; }
# Of what a glob means, functions that have nothing of what is asked are left out, and nothing is said.
record --args '*:text,rows.size' --returns '*_data'
expect 'rows.size=3) = 45'
expect 'text=NULL'
grep -vF 'calltape: 5 calls, 1 thread' said | grep -q . && { echo "said:"; cat said; exit 1; }
g++ -O2 -finstrument-functions -o program program.cpp || exit 1
refuse "compile it with -g" --args make_data
