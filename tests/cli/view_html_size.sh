# What is said to be enough for the page is: it is then no larger.
said=$("$CALLTAPE" view --html page.html --html-size 1k "$ROOT/tests/golden/told.tape" 2>&1)
status=$?
echo "$said" | sed 's/it [0-9]*k$/it SIZE/'
echo "status $status"
[ ! -e page.html ] || echo "a page was left"
enough=${said##* }
"$CALLTAPE" view --html page.html --html-size "$enough" "$ROOT/tests/golden/told.tape" || exit
[ "$(wc -c <page.html)" -le "${enough%k}000" ] || echo "$(wc -c <page.html) bytes of at most $enough"
