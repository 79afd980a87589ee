# Unnamed namespaces are left out of names, but where that makes two the same, and need not be written to choose a function.
echo '[' >calls.json
at=0
for name in "a::(anonymous namespace)::work" "(anonymous namespace)::same" same "a::(anonymous namespace)::make<int>"; do
    echo "{\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":$at,\"dur\":1,\"name\":\"$name\"},"
    at=$((at + 10))
done >>calls.json
echo '{"ph":"X","pid":1,"tid":1,"ts":90,"dur":1,"name":"main"}]' >>calls.json
"$CALLTAPE" import --from chrome -o unnamed.tape calls.json 2>/dev/null
names() { "$CALLTAPE" "$@" unnamed.tape 2>/dev/null | sed -n '/^$/q; s/.*[0-9]  //p' | sort; }
names report --columns self,calls
echo "# in full"
names report --columns self,calls --full-names
for pattern in a::work a::make work "(anonymous namespace)::same" same; do
    echo "# $pattern"
    names report --columns self,calls --function "$pattern"
done
