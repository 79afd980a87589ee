#!/bin/sh
# Writes manual pages in scdoc's language, made of what the built program tells of itself, so that they can't say
# anything else: calltape.1.scd, calltape-VERB.1.scd, libcalltape.3.scd, calltape-tape.5.scd.
#   pages.sh CALLTAPE FOLDER
set -eu
calltape=$1 folder=$2
here=$(dirname "$0")
mkdir -p "$folder"

verbs() { # "verb  what it does", a line each
    "$calltape" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1 \2/p'
}

all_pages() {
    printf '*calltape*(1)'
    verbs | while read -r verb summary; do
        [ "$verb" = help ] || printf ', *calltape-%s*(1)' "$verb"
    done
    printf ', *libcalltape*(3), *calltape-tape*(5)\n'
}

{
    printf 'calltape(1) "calltape"\n\n# NAME\n\ncalltape - record every call that a program makes and play it back\n\n'
    printf '# SYNOPSIS\n\ncalltape VERB \\[OPTION]... \\[TAPE]\n\n# DESCRIPTION\n\n```\n'
    "$calltape" help | sed 1,3d
    printf '```\n\n# SEE ALSO\n\n'
    all_pages
} >"$folder/calltape.1.scd"

verbs | while read -r verb summary; do
    [ "$verb" = help ] && continue
    "$calltape" "$verb" --help |
        awk -f "$here/man.awk" -v title="calltape-$verb" -v summary="$summary" -v also="$(all_pages)" \
            >"$folder/calltape-$verb.1.scd"
done

awk -f "$here/format.awk" -v title='calltape-tape(5) "calltape"' -v summary='calltape-tape - the file of a recording' \
    "$here/../../include/FORMAT.md" >"$folder/calltape-tape.5.scd"

cp "$here/libcalltape.3.scd" "$folder"
