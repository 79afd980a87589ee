#!/bin/sh
# Completions for bash, zsh and fish, made of what the built program's --help lists.
#   completions.sh CALLTAPE FOLDER    writes calltape.bash, _calltape and calltape.fish
set -eu
calltape=$1 folder=$2
here=$(dirname "$0")
mkdir -p "$folder"

verbs() { # verb, what it does
    "$calltape" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) *\(.*\)/\1\t\2/p'
}

table() { # verb, what it does; then for each of its options: "", letter, name, value, what it does
    verbs | while IFS="$(printf '\t')" read -r verb summary; do
        printf '%s\t%s\n' "$verb" "$summary"
        [ "$verb" = help ] || "$calltape" "$verb" --help | awk -f "$here/help.awk" | sed 's/^/\t/'
    done
}

table >"$folder/table"
for shell in bash zsh fish; do
    awk -F '\t' -f "$here/$shell.awk" "$folder/table" >"$folder/calltape.$shell"
done
mv "$folder/calltape.zsh" "$folder/_calltape"
rm "$folder/table"
