# Shared by the scripts of this folder: Debian sources, builds, independent counts, comparison with a tape.
# Everything that is fetched or built stays in $REAL_CACHE, so that only the first run takes minutes.
set -u
export LC_ALL=C
ROOT=${ROOT:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
CALLTAPE=${CALLTAPE:-${BUILD:-$ROOT/build}/calltape}
REAL_CACHE=${REAL_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/calltape-real}
mkdir -p "$REAL_CACHE"
work=$(mktemp -d "${TMPDIR:-/tmp}/calltape-real.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

ok() {
    echo "ok    $*"
    passed=$((passed + 1))
}

fail() { # WHAT [FILE]: the file's first lines say more
    echo "FAIL  $1"
    [ $# = 1 ] || sed 's/^/      /' "$2" | head -n 20
    failed=$((failed + 1))
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}

skip() { # the test runner's word for "cannot be done here"
    echo "$*"
    exit 77
}

need() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || skip "needs $tool; install it and try again"
    done
}

same() { # WHAT FILE FILE
    if diff "$2" "$3" >"$work/difference"; then ok "$1"; else fail "$1" "$work/difference"; fi
}

# ---- sources and builds ------------------------------------------------------------------------------------------

# apt with a deb-src line of $SUITE (bookworm), lists and cache of its own: the system's are neither needed nor touched.
private_apt() {
    local apt=$REAL_CACHE/apt${SUITE:+-$SUITE}
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${SUITE:-bookworm} main" \
        >"$apt/sources.list"
    apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Debug::NoLocking=true \
        -o APT::Sandbox::User="$(id -un)" "$@"
}

fetch() { # PACKAGE: into the current directory
    private_apt update && private_apt source --download-only --tar-only "$1" || return
    local archive
    for archive in *.orig.tar.*; do
        case $archive in *.asc) ;; *) tar xf "$archive" || return ;; esac
    done
}

# Prints the directory of Debian's unpatched source of PACKAGE, whose tar archive unpacks to DIRECTORY. One at a time:
# the scripts share apt's lists.
debian_source() { # PACKAGE DIRECTORY
    local place=$REAL_CACHE/source/$1
    mkdir -p "$place"
    (
        flock 9
        [ -d "$place/$2" ] || (cd "$place" && fetch "$1") >"$place/log" 2>&1
    ) 9>"$REAL_CACHE/lock"
    [ -d "$place/$2" ] || skip "Debian's source of $1 ($2) cannot be had: $(tail -n 1 "$place/log")"
    echo "$place/$2"
}

# Builds once: runs "FUNCTION DIRECTORY" unless DIRECTORY/TARGET stands; prints DIRECTORY/TARGET.
built() { # NAME TARGET FUNCTION ARGUMENT...
    local directory=$REAL_CACHE/build/$1 target=$2
    shift 2
    if [ ! -e "$directory/$target" ]; then
        rm -rf "$directory"
        mkdir -p "$directory"
        if ! (cd "$directory" && "$@") >"$directory.log" 2>&1 || [ ! -e "$directory/$target" ]; then
            rm -f "$directory/$target"
            tail -n 20 "$directory.log" >&2
            return 1
        fi
    fi
    echo "$directory/$target"
}

# ---- the truth -----------------------------------------------------------------------------------------------------

witness_library() {
    local library=$REAL_CACHE/build/counting_hooks.so source=$ROOT/tests/support/counting_hooks.c
    mkdir -p "$REAL_CACHE/build"
    if [ ! "$library" -nt "$source" ]; then
        ${CC:-gcc} -O2 -D_GNU_SOURCE -shared -fPIC -o "$library.$$" "$source" && mv "$library.$$" "$library" || return
    fi
    echo "$library"
}

# Runs COMMAND under hooks that only count; its calls go to OUT as "calls NAME", sorted, one line a name; the number of
# its exits to OUT.exits.
count_independently() { # OUT COMMAND...
    local out=$1
    shift
    rm -f "$work/witness"
    WITNESS=$work/witness LD_PRELOAD=$(witness_library) "$@" || return
    sed -i "s,^program ,$(readlink -f "$1") ," "$work/witness"
    by_name "$work/witness" >"$out"
    awk '{ sum += $4 } END { printf "%d\n", sum }' "$work/witness" >"$out.exits"
}

# "module offset entries exits" to "calls<TAB>name", by nm and c++filt: neither shares code with calltape.
by_name() { # WITNESS
    local module
    for module in $(cut -d ' ' -f 1 "$1" | sort -u); do
        { nm "$module"; nm -D "$module"; } 2>/dev/null | awk -v module="$module" '
            FNR == NR {
                rank = index("TWViuw_t", $2)
                address = $1; sub(/^0+/, "", address)
                if (rank && (!(address in best) || rank < best[address])) { best[address] = rank; name[address] = $3 }
                next
            }
            $1 == module { sub(/^0x/, "", $2); print $3 "\t" ($2 in name ? name[$2] : "?" $2) }
        ' - "$1"
    done | sed 's/@.*//' | demangled | add_up
}

demangled() {
    sed 's/_GLOBAL__sub_I__Z/_GLOBAL__sub_I_ _Z/' | c++filt -p -i |
        sed 's/ \[clone \(\.[^]]*\)\]/\1/g; s/_GLOBAL__sub_I_ /_GLOBAL__sub_I_/'
}

add_up() { # sums the calls of equal names
    awk -F '\t' '{ calls[$2] += $1 } END { for (name in calls) printf "%d\t%s\n", calls[name], name }' | sort -t '	' -k 2
}

total_of() {
    awk -F '\t' '{ sum += $1 } END { printf "%d\n", sum }' "$1"
}

# ---- the tape ------------------------------------------------------------------------------------------------------

calls_of_tape() { # TAPE OUT
    "$CALLTAPE" report --format json "$1" 2>/dev/null |
        jq -r '.. | objects | select(has("function") and has("calls")) | [.calls, .function] | @tsv' | add_up >"$2"
}

info_of_tape() { # TAPE FIELD
    "$CALLTAPE" info --format json "$1" | jq -r "[.. | objects | select(has(\"$2\")) | .$2][0]"
}

# Records COMMAND, its standard output to OUT.
record() { # TAPE OUT COMMAND...
    local tape=$1 out=$2
    shift 2
    "$CALLTAPE" record -o "$tape" -- "$@" >"$out" 2>"$work/stderr" || fail "record $1" "$work/stderr"
}

# What holds of every whole recording.
expect_sound() { # WHAT TAPE
    local lost
    lost=$(info_of_tape "$2" lost_events)
    if [ "$lost" = 0 ]; then ok "$1: nothing lost"; else fail "$1: $lost events lost"; fi
    if "$CALLTAPE" check "$2" >"$work/check" 2>&1; then ok "$1: tape is whole"; else fail "$1: check" "$work/check"; fi
}

# Equal calls of every function and of all together, and as many calls that ended by returning.
expect_calls() { # WHAT TAPE TRUTH
    calls_of_tape "$2" "$work/calls"
    same "$1: calls of each of $(wc -l <"$3") functions" "$3" "$work/calls"
    local truth calls exits
    truth=$(total_of "$3")
    calls=$(info_of_tape "$2" calls)
    if [ "$truth" = "$calls" ]; then ok "$1: $truth calls"; else fail "$1: $calls calls, not $truth"; fi
    truth=$(cat "$3.exits") exits=$(($(info_of_tape "$2" events) - calls))
    if [ "$truth" = "$exits" ]; then ok "$1: $truth exits"; else fail "$1: $exits exits, not $truth"; fi
}
