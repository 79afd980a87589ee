# Names of C++: short, with all of it, and as the linker has them.
. "$ROOT/tests/e2e/lib.sh"
cat >names.cc <<'END'
template <class T> struct box { template <class U> __attribute__((noinline)) U get(U v) const { return v; } };
template <class T> struct list { __attribute__((noinline)) int size() const { return 1; } };
static __attribute__((noinline)) int over(int a) { return a; }
static __attribute__((noinline)) int over(const char *) { return 1; }
int main() { return box<int>().get(1L) + list<int>().size() + list<box<int> >().size() + over(1) + over("") == 99; }
END
g++ -g -finstrument-functions -o names names.cc
"$CALLTAPE" record -o t.tape -- ./names 2>/dev/null
names() { # OPTION...: as the report shows them
    "$CALLTAPE" report --sort name "$@" t.tape | sed -n 's/.*[nmu]s  \([^ ].*\)  names.cc:.*/\1/p' | sed 's/ *$//' | sort
}
expect_equal short "box<...>::get<...>
list<box<...> >::size
list<int>::size
main
over
over" "$(names)"
expect_equal full "list<box<int> >::size() const
list<int>::size() const
long box<int>::get<long>(long) const
main
over(char const*)
over(int)" "$(names --full-names)"
expect_equal mangled "$(nm names | awk '$2 ~ /[tTW]/ {print $3}' | grep -E '^(main|_Z.*(box|list|over).*)$' | sort)" "$(names --mangled)"
# What programs read has all template arguments, and one row for each function whatever it is called.
"$CALLTAPE" report --format json t.tape 2>/dev/null | jq -e 'map(.function) | index("list<box<int> >::size") != null' >/dev/null ||
    fail "names in JSON"
status=0
"$CALLTAPE" tree --full-names --mangled t.tape >out 2>err || status=$?
expect_equal "both at once" 2 "$status"
