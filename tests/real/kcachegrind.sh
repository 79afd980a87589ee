# callgrind, opened in KCachegrind under Xvfb: the list that its window shows is what report says. Leaves a picture of it
# in $REAL_CACHE/kcachegrind.png, to be looked at.
. "$ROOT/tests/e2e/export.bash"
"$ROOT/tests/support/packages.sh" viewers >&2 || true
needs kcachegrind kcachegrind
needs xvfb-run xvfb
needs dbus-run-session dbus
needs import imagemagick
/usr/bin/python3 -c 'import pyatspi' 2>/dev/null || skip "python3-pyatspi is not installed"
cache=${REAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/calltape-real}
mkdir -p "$cache"

# Settings, sockets and caches of its own; whole figures, no tips, and functions that call each other each by itself.
export HOME=$PWD/home XDG_RUNTIME_DIR=$PWD/run QT_ACCESSIBILITY=1 QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 LC_ALL=C.UTF-8
mkdir -p home/.config run
chmod 700 run
printf '[TipOfDay]\nRunOnStart=false\n[GeneralSettings]\nShowPercentage=false\nShowCycles=false\nMaxListCount=10000\n' \
    >home/.config/kcachegrindrc

for target in $EXPORT_TARGETS; do
    record_target $target
    reported | awk '$1 > 0 || $3 > 0' >expected
    "$CALLTAPE" export --to callgrind -o callgrind.out.x t.tape 2>/dev/null
    status=0
    xvfb-run -a -s '-screen 0 1400x1000x24' dbus-run-session -- \
        /usr/bin/python3 "$ROOT/tests/real/kcachegrind.py" callgrind.out.x "$cache/kcachegrind.png" >shown 2>window.err || status=$?
    [ $status != 77 ] || skip "KCachegrind's window can't be read here"
    [ $status = 0 ] || fail "KCachegrind: $(tail -n 3 window.err)"
    sed -nE '/ \[program\]$/d; s/ \[[^][]*\]$//; /^[0-9]/p' shown | sum_figures >figures
    expect_figures "KCachegrind of $target" expected figures
done
