# The viewers that npm has, on exported files: DevTools' trace parser, speedscope's page and mermaid's drawing in headless
# Chromium, pprof-format; their figures are those of report. Needs node, npm, chromium and the npm registry.
. "$ROOT/tests/e2e/export.bash"
for program in node npm chromium; do needs $program $program; done
cache=${REAL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/calltape-real}/npm
mkdir -p "$cache"
(cd "$cache" && { [ -d node_modules/pprof-format ] || npm install --no-save @paulirish/trace_engine@0.0.65 \
    speedscope@1.25.0 puppeteer-core@25.16.0 ajv@8 pprof-format@2.3.2 mermaid@12 >npm.log 2>&1; }) ||
    skip "npm can't install the viewers: $(tail -n 1 "$cache/npm.log")"
ln -s "$cache/node_modules" node_modules
export CHROMIUM=$(command -v chromium)

viewed() { # VIEWER FILE
    node "$ROOT/tests/real/viewers.mjs" "$@" >viewed 2>viewer.err || fail "$1: $(tail -n 5 viewer.err)"
    sum_figures <viewed >figures
}

for target in jumps exceptions forks; do
    record_target $target
    calls=$(info .calls)
    reported --raw >raw
    for format in chrome speedscope mermaid; do "$CALLTAPE" export --to $format -o x.$format t.tape 2>/dev/null; done
    "$CALLTAPE" export --to pprof --raw -o x.pprof t.tape 2>/dev/null
    viewed devtools x.chrome
    SLACK=$((2 * calls)) expect_figures "DevTools of $target" raw figures
    # And what is imported of the file that it read has its figures; a frame that a child process has of its parent is a
    # call there.
    mv t.tape whole.tape
    "$CALLTAPE" import x.chrome -o t.tape 2>/dev/null
    reported --raw >imported
    [ $target = forks ] || SLACK=$((2 * calls)) expect_figures "DevTools, of what was imported of $target," imported figures
    mv whole.tape t.tape
    viewed schema x.speedscope
    viewed mermaid x.mermaid
    viewed pprof x.pprof
    expect_figures "pprof-format of $target" raw figures
done

# One profile at a time is shown: of a program with one thread that is all. It rounds to three or four digits.
record_target jumps
"$CALLTAPE" export --to speedscope -o x.speedscope t.tape 2>/dev/null
"$CALLTAPE" export --to chrome -o x.json t.tape 2>/dev/null
"$CALLTAPE" export --to folded -o x.folded t.tape 2>/dev/null
reported --raw | awk '{$1 = 0; print}' >raw
reported | awk '{$1 = 0; print}' >corrected
for file in x.speedscope x.json x.folded; do
    viewed speedscope $file
    expected=raw
    [ $file != x.folded ] || expected=corrected
    SLACK=$(awk '{if ($2 > most) most = $2} END {print int(most / 100)}' $expected) expect_figures "speedscope's page of $file" $expected figures
done
