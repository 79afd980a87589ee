# The table of completions.sh as a completion for zsh.
function quoted(text) {
    gsub(/\[|\]|:|\\/, "\\\\&", text)
    gsub(/'/, "'\\''", text)
    return text
}
function value() {
    if ($4 == "")
        return ""
    if ($4 ~ /\|/) {
        words = $4
        gsub(/\|/, " ", words)
        return ":" $3 ":(" words ")"
    }
    return ":" $4 ":" ($4 ~ /FILE/ ? "_files" : $4 ~ /DIR/ ? "_directories" : "")
}
BEGIN {
    print "#compdef calltape"
    print "local curcontext=$curcontext state line"
    print "_arguments -C '(- *)--help[tell what calltape does]' '(- *)--version[tell what this is]' '1: :->verb' '*:: :->rest'"
    print "case $state in"
    print "verb)\n    local -a verbs=("
}
NF == 2 {
    names[++count] = $1
    print "        '" quoted($1) ":" quoted($2) "'"
    next
}
{
    equals = $4 != "" ? "=" : ""
    names_of = $2 != "" ? "'(-" $2 " --" $3 ")'{-" $2 ",--" $3 equals "}" : "--" $3 equals
    line = names_of "'[" quoted($5) "]" value() "'"
    options[count] = options[count] " \\\n            " line
}
END {
    print "    )\n    _describe verb verbs ;;"
    print "rest)\n    case $words[1] in"
    for (i = 1; i <= count; i++) {
        if (names[i] == "help")
            print "    help) _values verb" all " ;;"
        else if (names[i] == "record" || names[i] == "cc")
            print "    " names[i] ") _arguments -s -S" options[i] " \\\n            '*::program:_normal' ;;"
        else
            print "    " names[i] ") _arguments -s -S" options[i] " \\\n            '*:tape:_files -g \"*.tape\"' ;;"
        all = all " " names[i]
    }
    print "    esac ;;"
    print "esac"
}
