#!/bin/sh
# What `make demo` shows: an example compiled with the flag, recorded, and its tape read.
set -eu
export PAGER=cat
root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build}
case $build in /*) ;; *) build=$root/$build ;; esac
cd "$root"

if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then
    bold=$(printf '\033[1m') plain=$(printf '\033[0m')
else
    bold='' plain=''
fi

tape=$build/demo.tape
calltape=$build/calltape
case $build in "$root"/*) shown=${build#"$root"/} ;; *) shown=$build ;; esac

# Shows a command as one would type it, then runs it.
run() {
    printf '\n%s$ %s%s\n' "$bold" "$(echo "$*" | sed "s,$build/,$shown/,g")" "$plain"
    "$@"
}

echo "calltape: an example program, recorded and played back"
run make -s -C examples/indexer BUILD="$build/indexer"
run "$calltape" record -o "$tape" -- "$build/indexer/indexer"
run "$calltape" report --limit 10 "$tape"
run "$calltape" tree --min-percent 2 "$tape"

cat <<END

${bold}What next${plain}
  $shown/calltape replay $shown/demo.tape | less     the calls one by one, in time order
  $shown/calltape info $shown/demo.tape              threads, modules, clock, how the recording went
  examples/indexer/README.md                 what is wrong with this program, and how its tape says so

Your own program: compile it with ${bold}-g -finstrument-functions${plain}, then
  $shown/calltape record -o my.tape -- ./my-program its arguments
  $shown/calltape report my.tape
END
