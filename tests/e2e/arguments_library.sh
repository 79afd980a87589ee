# Of types of C++'s library the text, the size or the number is told, by value, by reference and as a result; and every
# name that replay shows is one that --args, --where, --by-arg and query take.
. "$ROOT/tests/e2e/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "recipes are for x86-64"
cat >library.cpp <<'EOF2'
#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
#if __cplusplus > 201703L
#include <span>
#endif
#define ALONE __attribute__((noinline))
static volatile long used;
static const char text[] = "first second third";
struct order { std::vector<int> amounts; std::string name; std::map<int, int> prices; int size; };
struct base { int b = 1; virtual ~base() {} };
struct derived : virtual base { int d; ALONE derived(int v, int w) : d(v - w) {} };

namespace shop {
struct index { ALONE int add(int v) { return (int)(used = used + v); } };
}
ALONE int view(int k, std::string_view s) { return (int)(used = (long)s.size() + s[0] + k); }
ALONE int view_last(int, int, int, int, int, std::string_view s) { return (int)(used = (long)s.size() + s[0]); }
ALONE int view_ref(const std::string_view &s) { return (int)(used = (long)s.size() + s[0]); }
ALONE std::string_view make_view(int n) { return {text, (size_t)n}; }
ALONE int copied(std::string s, int k) { return (int)(used = (long)s.size() + k); }
ALONE std::string make_text(int n) { return std::string((size_t)n, 'x'); }
ALONE int held(const std::map<int, std::string> &m, std::map<int, int> n, const std::set<int> &s, std::list<int> &l,
               const std::unordered_map<int, int> *u)
{
    return (int)(used = (long)(m.size() + n.size() + s.size() + l.size() + u->size()));
}
ALONE long lasts(std::chrono::milliseconds ms, std::chrono::duration<double> d,
                 std::chrono::time_point<std::chrono::steady_clock> t)
{
    return used = ms.count() + (long)d.count() + (long)t.time_since_epoch().count();
}
ALONE int owns(std::unique_ptr<order> p, const std::unique_ptr<int[]> &q, std::optional<int> o,
               const std::optional<std::string> *t)
{
    return (int)(used = (p ? p->size : 0) + (q ? q[0] : 0) + o.value_or(0) + (long)t->has_value());
}
static void leave(int *) {}
ALONE int closes(std::unique_ptr<int, void (*)(int *)> p, int *same) { return (int)(used = *p + *same); }
struct wide { char letters[600]; };
struct odd { char letters[12]; };
ALONE int queued(const std::deque<int> &d, std::deque<odd> e, std::deque<wide> &w, std::vector<bool> b)
{
    return (int)(used = (long)(d.size() + e.size() + w.size() + b.size()));
}
ALONE float halve(float f, double d) { return used = (long)d, f / 2; }
ALONE int ordered(order &o, const order *p, std::vector<int> *v)
{
    return (int)(used = (long)(o.amounts.size() + p->amounts.size() + v->size()) + o.size);
}
#if __cplusplus > 201703L
ALONE int spanned(std::span<const int> s) { return (int)(used = (long)s.size() + s[0]); }
#endif

int main()
{
    std::string longer = "a text that needs memory of its own";
    std::unordered_map<int, int> table{{1, 2}};
    std::list<int> chain{1, 2, 3, 4, 5};
    view(1, std::string_view(text).substr(0, 5)), view_last(1, 2, 3, 4, 5, std::string_view(text).substr(6, 6));
    view_ref(std::string_view(text).substr(6, 6)), used = (long)make_view(5).size();
    copied("short", 1), copied(longer, 2), used = (long)(make_text(3).size() + make_text(40).size());
    held({{1, "a"}, {2, "b"}}, {{1, 1}, {2, 2}, {3, 3}}, {1, 2, 3, 4}, chain, &table);
    lasts(std::chrono::milliseconds(5), std::chrono::duration<double>(0.25),
          std::chrono::time_point<std::chrono::steady_clock>(std::chrono::seconds(17)));
    halve(0.1f, 0.1);
    std::optional<std::string> some("some"), none;
    owns(nullptr, std::make_unique<int[]>(3), 5, &none), owns(std::make_unique<order>(), nullptr, std::nullopt, &some);
    static int open = 17;
    closes({&open, leave}, &open);
    std::deque<int> line(1000, 1);
    std::deque<wide> w(3);
    for (int i = 0; i < 300; i++)
        line.pop_front();
    line.push_front(1), w.pop_front();
    queued(line, std::deque<odd>(100), w, std::vector<bool>(77)), queued({}, {}, w, {}), queued({1}, {{}}, w, {true});
    order one{{1, 2, 3}, "n", {{1, 1}}, 7}, two{{1, 2}, "m", {}, 8};
    ordered(one, &two, &two.amounts), ordered(two, &one, &one.amounts);
    derived d(9, used ? 4 : 3);
    shop::index().add(d.d);
#if __cplusplus > 201703L
    const int three[] = {1, 2, 3};
    spanned(three);
#endif
}
EOF2
functions='view view_last view_ref make_view copied make_text held lasts owns closes queued halve ordered derived index::add'

expect() { # COMPILER TEXT...
    local compiler=$1 text
    shift
    for text; do
        grep -qF -e "$text" told || fail "$compiler: not told: $text: $(cat told said)"
    done
}
for compiler in "g++ -O0 -std=c++17" "g++ -O2 -std=c++17" "g++ -O0 -std=c++20" "clang++ -O1 -std=c++17" \
    "clang++ -O0 -std=c++17"; do
    "$CALLTAPE" cc $compiler -w -o library library.cpp 2>log || fail "$compiler: $(cat log)"
    more=
    [[ $compiler = *20 ]] && more=spanned
    "$CALLTAPE" record --exclude 're:std::|__gnu_cxx::' $(printf -- '--args %s --returns %s ' $(printf '%s %s ' $(for f in $functions $more; do
        echo $f $f; done))) -o t.tape -- ./library 2>said || fail "$compiler: $(cat said)"
    "$CALLTAPE" replay --all t.tape 2>/dev/null >told
    expect "$compiler" ' = "first"' 's="short"' ' = "xxx"' 'main  library.cpp:'
    grep -qF '__' told && fail "$compiler: members of the library: $(grep -F __ told)"
    grep -qF '_M_' told && fail "$compiler: members of the library: $(grep -F _M_ told)"
    # Clones for constants have some of them nowhere; without optimisation nothing is missing.
    [[ $compiler = *-O0* ]] || continue
    grep -qF 'optimised out' told && fail "$compiler: missing: $(grep -F 'optimised out' told)"
    expect "$compiler" 'view(k=1, s="first")' 's="second")' 'view_ref(s="second")' 'make_view' ' = "first"' \
        'copied(s="short", k=1)' 'copied(s="a text that needs memory of its own", k=2)' ' = "xxx"' \
        ' = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"' 'held(m.size=2, n.size=3, s.size=4, l.size=5, u=0x' \
        'lasts(ms=5, d=0.25, t=17000000000)' 'halve(f=0.1, d=0.1)' ' = 0.05' \
        'owns(p=0x0, q=0x' ', o.has_value=true, t=0x' ', q=0x0, o.has_value=false, t=0x' \
        'queued(d.size=701, e.size=100, w.size=2, b.size=77)' 'queued(d.size=0, e.size=0, w.size=2, b.size=0)' \
        'queued(d.size=1, e.size=1, w.size=2, b.size=1)' 'o.amounts.size=3, o.name="n", o.prices.size=1, o.size=7' 'v=9, w='
    [[ $compiler = *20 ]] && expect "$compiler" 'spanned(s.size=3)'
done

# What is shown is what may be asked for.
"$CALLTAPE" replay --format json t.tape 2>/dev/null | jq -r 'select(.values and (.kind == "call" or .kind == "begin")) |
    .function as $f | .values[] | select(.kind == "argument") | "\($f) \(.name)"' | sort -u >names
[ "$(wc -l <names)" -ge 25 ] || fail "few names: $(cat names)"
set --
while read -r function; do
    set -- "$@" --args "$function:$(awk -v f="$function" '$1 == f { print $2 }' names | paste -sd,)"
done < <(cut -d ' ' -f 1 names | sort -u)
"$CALLTAPE" record --exclude 're:std::|__gnu_cxx::' "$@" -o again.tape -- ./library 2>said || fail "$(cat said)"
grep -v 'nothing lost' said | grep . && fail "said: $(cat said)"
"$CALLTAPE" replay --format json again.tape 2>/dev/null | jq -r 'select(.values and (.kind == "call" or .kind == "begin"))
    | .function as $f | .values[] | select(.kind == "argument") | "\($f) \(.name)"' | sort -u | diff names - ||
    fail "other names"
while read -r function name; do
    "$CALLTAPE" report --where "$name == $name" again.tape >told 2>&1 || fail "--where $name: $(cat told)"
    "$CALLTAPE" report --by-arg "$name" again.tape >told 2>&1 && grep -qF "$name=" told || fail "--by-arg $name: $(cat told)"
    count=$("$CALLTAPE" query --format csv again.tape "select count(args ->> '\$.\"$name\"') from calls" 2>&1 | tail -1)
    [ "$count" -ge 1 ] || fail "query $name: $count"
done <names
"$CALLTAPE" report --where 'p == same && p != NULL' again.tape 2>/dev/null | grep -q closes || fail "std::unique_ptr with a deleter"
"$CALLTAPE" query again.tape .schema >told
expect schema "args ->> '\$.\"o.amounts.size\"'" "args ->> 'k'"
# As for the other verbs, the end of a scoped name is a function.
"$CALLTAPE" growth again.tape index::add >told 2>&1 && grep -qF '`shop::index::add`' told || fail "growth: $(cat told)"

# A size by pointers, and a member that is called so itself.
"$CALLTAPE" record --args 'owns:t->has_value' --args 'ordered:o.amounts.size,p->amounts.size,v->size,o.size,p->name/s8' -o t.tape -- ./library 2>said ||
    fail "$(cat said)"
"$CALLTAPE" replay --all t.tape 2>/dev/null >told
expect "${compiler}" 'owns(t->has_value=false)' 'owns(t->has_value=true)' 'ordered(o.amounts.size=3, o.size=7, p->amounts.size=2, p->name="m", v->size=2)' \
    'ordered(o.amounts.size=2, o.size=8, p->amounts.size=3, p->name="n", v->size=3)'
"$CALLTAPE" report --where 'p->amounts.size == 3' t.tape 2>/dev/null | grep -q ordered || fail "--where p->amounts.size"
"$CALLTAPE" report --where 'amounts.size == 3' t.tape >told 2>&1 || true
grep -q "did you mean 'o.amounts.size'" told || fail "a member is not suggested: $(cat told)"
