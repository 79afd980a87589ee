# What the screen shows, by tmux: the verbs' figures in each pane, keys, folding, search, filters, sizes.
command -v tmux >/dev/null || { echo "tmux is not installed"; exit 77; }
unset NO_COLOR COLUMNS TMUX
export LC_ALL=C.UTF-8 TERM=xterm-256color
server=$PWD/server
tape=$ROOT/tests/golden/plain.tape
trap 'tmux -S "$server" kill-server 2>/dev/null' EXIT

terminal() { tmux -S "$server" -f /dev/null "$@"; }
# start COLUMNS ROWS ARGUMENTS
start() {
    local columns=$1 rows=$2
    shift 2
    terminal kill-server 2>/dev/null
    for _ in $(seq 30); do # a server that is going refuses
        terminal new-session -d -x "$columns" -y "$rows" "'$CALLTAPE' tui $*; echo left with \$?; sleep 1000" 2>/dev/null && return
        sleep 0.1
    done
    echo "tmux can't start"
    exit 77
}
keys() { terminal send-keys "$@"; }
screen() { terminal capture-pane -p | sed 's/ *$//'; }
wait_for() {
    for _ in $(seq 300); do
        screen | grep -qe "$1" && return
        sleep 0.1
    done
    echo "never: $1"
    screen
}
wait_third() { # of the lines: the first below the titles
    for _ in $(seq 300); do
        screen | sed -n 3p | grep -qe "$1" && return
        sleep 0.1
    done
    echo "never: $1"
}
# Lines with numbers, but for spaces and drawing.
plainly() { sed 's/[│├└─▸▾┌●█▉▊▋▌▍▎▏]//g; s/  */ /g; s/^ //; s/ $//' | grep -E '[0-9]'; }
echo "# no terminal"
"$CALLTAPE" tui "$tape" </dev/null 2>&1
echo "status $?"
start 100 24 "$tape"
wait_for '1 of 7'
echo "# report"
screen
"$CALLTAPE" report --columns self,self%,total,calls,avg "$tape" | plainly >told
screen | sed '1d;/keys/d' | plainly | grep -vxFf told
echo "# sorted by total, then by calls"
keys s
wait_third '49.0 ms'
screen | sed -n 3p
keys s
wait_third '1,500'
screen | sed -n 3p
echo "# tree, unfolded"
keys 2 +
wait_for '\[2 tree\]'
wait_for 'of 7'
screen
echo "# folded"
keys Enter
wait_for 'of 3'
screen | sed -n '3,6p'
echo "# found, and its callers"
keys + / fib Enter
wait_for '[67] of'
keys Enter Enter
keys 3
wait_for '\[3 callers\].*'
wait_for '< work'
screen | sed -n '1,7p'
"$CALLTAPE" callers fib "$tape" | grep -E 'work|fib'
echo "# replay as the verb prints it"
keys 4
wait_for '\[4 replay\]'
wait_for 'load'
COLUMNS=98 "$CALLTAPE" replay --limit 15 "$tape" | sed -n '2,15p' | plainly >told
screen | plainly | grep -cxFf told
echo "# a call folded, and the last line"
keys Enter
wait_for '▸.*main'
screen | sed -n '3,6p'
keys G
wait_for '^ *\([0-9]*\) of \1 '
keys g Enter
wait_for '1  *'
echo "# hist"
keys 5
wait_for '\[5 hist\]'
wait_for 'average'
screen | sed -n '2,6p'
echo "# filters"
keys 1 f 'fib' Enter
wait_for 'function fib'
wait_third 'fib'
screen | sed -n '1,4p'
keys f nonesuch Enter
wait_for 'no function'
screen | tail -n 1
keys f Enter t '#1' Enter
wait_for 'thread #1'
wait_third '7.00 ms'
screen | sed -n '3,5p'
"$CALLTAPE" report --thread '#1' --columns self,self%,total,calls,avg "$tape" | sed '/^$/,$d' | tail -n 2
echo "# notes on what was read, then on all"
start 100 24 "$ROOT/tests/golden/costly.tape"
wait_for '\[1 report\]'
keys 4
wait_for '\[4 replay\]'
keys w
wait_for 'read so far'
screen | grep 'note:'
keys x G
wait_for '^ *\([0-9,]*\) of \1 '
keys w
wait_for 'taken out'
screen | grep 'note:'
keys x q
wait_for 'left with 0'
start 100 24 "$tape"
wait_for '1 of 7'
echo "# 40 columns"
terminal resize-window -x 40 -y 10
wait_for '^.report. tree'
wait_for 'parse(std:…'
screen
[ "$(screen | wc -L)" -le 40 ] || echo "too wide"
echo "# sorted by total, calls and max, which are shown then"
for order in total calls average min max; do
    keys s
    wait_for "self%.* $order  function"
    screen | sed -n '2,4p'
done
[ "$(screen | wc -L)" -le 40 ] || echo "too wide"
keys '?'
wait_for 'any other'
screen | head -n 3
keys x q
wait_for 'left with 0'
echo "# 40 columns: what is told of calls leaves their time in sight"
start 40 10 "$ROOT/tests/golden/told.tape"
wait_for '^.report. tree'
keys 4
wait_for '3.00 µs'
screen | sed -n '3,7p'
