# The table of completions.sh as a completion for bash.
BEGIN {
    print "# bash completion for calltape"
    print "_calltape() {"
    print "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} i"
    print "    local options= values= files='!*.tape'"
    print "    # Behind -- stands another program's command line."
    print "    for ((i = 2; i < COMP_CWORD; i++)); do"
    print "        if [[ ${COMP_WORDS[i]} == -- ]]; then"
    print "            COMPREPLY=($(compgen -f -c -- \"$word\"))"
    print "            return"
    print "        fi"
    print "    done"
    print "    case $verb in"
}
function end_verb() {
    if (verb != "")
        print "        *) options='" options "' ;;\n        esac\n        ;;"
    options = ""
}
function pattern() { return "--" $3 ($2 != "" ? " | -" $2 : "") }
NF == 2 {
    end_verb()
    verb = $1
    verbs = verbs (verbs == "" ? "" : " ") verb
    print "    " verb ")"
    if (verb == "record" || verb == "cc")
        print "        files="
    print "        case $before in"
    next
}
{ options = options (options == "" ? "" : " ") "--" $3 }
$4 ~ /\|/ { words = $4; gsub(/\|/, " ", words); print "        " pattern() ") values='" words "' ;;"; next }
$4 ~ /FILE|DIR/ { print "        " pattern() ") files= values=: ;;"; next }
$4 != "" { print "        " pattern() ") return ;;" }
END {
    end_verb()
    print "    esac"
    print "    if ((COMP_CWORD == 1)); then"
    print "        COMPREPLY=($(compgen -W '" verbs " --help --version' -- \"$word\"))"
    print "    elif [[ $values != '' && $values != : ]]; then"
    print "        COMPREPLY=($(compgen -W \"$values\" -- \"$word\"))"
    print "    elif [[ $word == -* && $values == '' ]]; then"
    print "        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))"
    print "    else"
    print "        compopt -o filenames 2>/dev/null"
    print "        COMPREPLY=($(compgen -f ${files:+-X \"$files\"} -- \"$word\") $(compgen -d -- \"$word\"))"
    print "    fi"
    print "}"
    print "complete -F _calltape calltape"
}
