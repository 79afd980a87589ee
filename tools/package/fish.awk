# The table of completions.sh as a completion for fish.
function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/'/, "\\'", text)
    return "'" text "'"
}
BEGIN {
    print "# fish completion for calltape"
    print "complete -c calltape -f"
    print "complete -c calltape -n __fish_use_subcommand -l help -d 'tell what calltape does'"
    print "complete -c calltape -n __fish_use_subcommand -l version -d 'tell what this is'"
}
NF == 2 {
    verb = $1
    print "complete -c calltape -n __fish_use_subcommand -a " verb " -d " quoted($2)
    if (verb == "record" || verb == "cc")
        print "complete -c calltape -n '__fish_seen_subcommand_from " verb "' -a '(__fish_complete_subcommand)'"
    else if (verb != "help")
        print "complete -c calltape -n '__fish_seen_subcommand_from " verb "' -a '(__fish_complete_suffix .tape)'"
    next
}
{
    line = "complete -c calltape -n '__fish_seen_subcommand_from " verb "' -l " $3
    if ($2 != "")
        line = line " -s " $2
    if ($4 ~ /\|/) {
        words = $4
        gsub(/\|/, " ", words)
        line = line " -x -a '" words "'"
    } else if ($4 ~ /FILE|DIR/)
        line = line " -r -F"
    else if ($4 != "")
        line = line " -x"
    print line " -d " quoted($5)
}
