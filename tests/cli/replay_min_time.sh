# What happens in a thread stands where it happened, though it is known only later which calls around it are shown.
export LC_ALL=C.UTF-8
for least in 800ns 2500ns 90us; do
    "$CALLTAPE" replay --min-time $least "$ROOT/tests/golden/nasty.tape" >lines || exit 1
    sed '/^$/,$d' lines
    sed '1d;/^$/,$d' lines | sort -s -c -n -k1,1 || exit 1
done
"$CALLTAPE" replay --min-time 200us "$ROOT/tests/golden/waits.tape" | sed '/^$/,$d'
# Notes are the same ones with and without it.
notes() {
    "$CALLTAPE" replay --format json "$@" "$ROOT/tests/golden/nasty.tape" 2>/dev/null |
        grep -E '"kind":"(lost|wait|stray|stack)"' | sed 's/"depth":[0-9]*//'
}
cmp <(notes) <(notes --min-time 2500ns)
notes | wc -l
