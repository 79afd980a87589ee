# Which folder may include which: data goes one way. The table is that of the design; a new seam is argued there first.
cd "$ROOT" || exit 1
status=0

# FOLDER REGEX: every #include "..." of FOLDER matches REGEX.
seam() {
    local bad
    bad=$(grep -rnE '^ *# *include +"' "$1" 2>/dev/null | grep -vE "include +\"($2)")
    [ -n "$bad" ] || return 0
    echo "$bad"
    echo "^ $1 may include only: $2"
    status=1
}

own() { # FOLDER: its own headers by their bare names too
    find "$1" -name '*.h' -printf '%f"|' 2>/dev/null
}

seam include/calltape.h '$^'
seam include/calltape '$^'
seam runtime "$(own runtime)calltape/(format|recipe)\.h|calltape\.h"
seam tools/base "$(own tools/base)base/"
seam tools/tape "$(own tools/tape)base/|tape/|calltape/format\.h"
seam tools/symbol "$(own tools/symbol)base/|symbol/|tape/compress\.h|calltape/(format|recipe)\.h"
seam tools/record "$(own tools/record)base/|tape/|symbol/|record/|calltape/format\.h"
seam tools/recipe "$(own tools/recipe)base/|match/|symbol/|recipe/|calltape/(format|recipe)\.h"
seam tools/match "$(own tools/match)base/|match/"
seam tools/compiler "$(own tools/compiler)base/|compiler/"
seam tools/calls "$(own tools/calls)base/|tape/|calls/"
seam tools/analyze "$(own tools/analyze)base/|tape/tape\.h|calls/|analyze/"
seam tools/query "$(own tools/query)base/|tape/tape\.h|calls/|analyze/|query/"
seam tools/emit "$(own tools/emit)base/|analyze/|symbol/|emit/"
seam tools/import "$(own tools/import)base/|tape/|symbol/demangle\.h|import/|calltape/format\.h"
seam tools/export "$(own tools/export)base/|calls/(kept|valued)\.h|analyze/|emit/(names|values)\.h|export/"
seam tools/tui "$(own tools/tui)base/|tape/tape\.h|calls/|analyze/|emit/|tui/"
seam tools/view "$(own tools/view)base/|tape/tape\.h|calls/|analyze/|emit/|view/"

only_in() { # REGEX-OF-HEADER FILE-REGEX WHAT
    local bad
    bad=$(grep -rlE "^ *# *include +<($1)>" tools runtime include | grep -vE "$2")
    [ -n "$bad" ] || return 0
    echo "$bad"
    echo "^ only $3 may include <$1>"
    status=1
}

only_in 'zstd\.h' '^tools/tape/[a-z_]+\.c$' 'one file of tools/tape'
[ "$(grep -rl '<zstd\.h>' tools | wc -l)" -le 1 ] || { echo "zstd stands behind more than one file"; status=1; }
only_in 'pcre2\.h|fnmatch\.h' '^tools/match/pattern\.c$' 'tools/match/pattern.c'
only_in '(gelf|libelf)\.h|elfutils/.*' '^tools/symbol/' 'tools/symbol'
only_in 'sqlite3\.h' '^tools/query/' 'tools/query'
only_in '(lib)?dwarf\.h' '^tools/symbol/' 'tools/symbol'
for header in gelf.h libdwarf.h lzma.h dlfcn.h; do
    [ "$(grep -rl "<$header>" tools/symbol | wc -l)" -le 1 ] || { echo "$header stands behind more than one file"; status=1; }
done
only_in 'ncurses\.h|curses\.h' '^tools/tui/screen\.c$' 'tools/tui/screen.c'
only_in 'zlib\.h' '^tools/base/deflate\.c$' 'tools/base/deflate.c'
only_in 'libiberty/.*' '^tools/symbol/' 'tools/symbol'
only_in 'capstone/.*' '^tools/recipe/capstone\.h$' 'tools/recipe/capstone.h'
only_in 'dlfcn\.h' '^(runtime/|tools/base/library\.c$)' 'tools/base/library.c'

bad=$(grep -nE '^ *# *include' include/calltape/format.h 2>/dev/null | grep -vE '<(stdint|stddef)\.h>')
[ -z "$bad" ] || { echo "$bad"; echo "^ format.h may include <stdint.h> and <stddef.h> only"; status=1; }

bad=$(grep -rnE '^ *# *include +"cmd/' tools | grep -vE '^tools/(cmd/|main\.c)')
[ -z "$bad" ] || { echo "$bad"; echo "^ nobody includes cmd/"; status=1; }

# Libraries return errors; only verbs and the showing stage print. A recorder's and a viewer's own output is named.
bad=$(grep -rnE '\b(printf|puts|putchar|perror|exit|abort)\(' tools/base tools/tape tools/symbol tools/match tools/recipe tools/compiler tools/calls \
    tools/analyze tools/query 2>/dev/null | grep -vE '_exit\(|format\(printf|^[^:]+:[0-9]+: *(/?\*|//)')
[ -z "$bad" ] || { echo "$bad"; echo "^ a library neither prints nor exits"; status=1; }
exit $status
