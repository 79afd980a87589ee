# `calltape VERB --help` as a manual page in scdoc's language. Variables: title, summary, also (SEE ALSO).
function escape(text) {
    gsub(/[\\_*~<>[#]/, "\\\\&", text)
    sub(/^[|:+-]/, "\\\\&", text)
    return text
}
function end_option() {
    if (option != "")
        print option "\n\t" escape(help) "\n"
    option = ""
}
# A paragraph flows, as one line: roff would take one that begins with a dot for its own. Where lines are indented they
# stand as they are.
function end_paragraph() {
    if (paragraph != "")
        print (literal ? "```\n" paragraph "```\n" : escape(flowing) "\n")
    paragraph = flowing = ""
    literal = 0
}
BEGIN { print title "(1) \"calltape\"\n\n# NAME\n\n" title " - " escape(summary) "\n" }
/^Usage: / {
    print "# SYNOPSIS\n\n" escape(substr($0, 8)) "\n\n# DESCRIPTION\n"
    part = "text"
    next
}
/^(Options|Examples):$/ {
    end_paragraph()
    end_option()
    part = tolower(substr($0, 1, length($0) - 1))
    print "# " toupper(part) "\n"
    next
}
part == "text" && /^$/ { end_paragraph(); next }
part == "text" || part == "examples" {
    literal = literal || /^  /
    paragraph = paragraph $0 "\n"
    flowing = flowing (flowing == "" ? "" : " ") $0
    next
}
part == "options" && /^ +(-[A-Za-z], )?--[a-z]/ && match($0, /--[a-z-]+( [^ ]+)?/) {
    end_option()
    letter = match($0, /-[A-Za-z], /) ? "*-" substr($0, RSTART + 1, 1) "*, " : ""
    match($0, /--[a-z-]+/)
    name = substr($0, RSTART, RLENGTH)
    rest = substr($0, RSTART + RLENGTH)
    value = match(rest, /^ [^ ]+/) ? substr(rest, 1, RLENGTH) : ""
    help = substr(rest, length(value) + 1)
    sub(/^ +/, "", help)
    option = letter "*" name "*" escape(value)
    next
}
part == "options" && /^ / { sub(/^ +/, ""); help = help (help == "" ? "" : " ") $0; next }
END {
    end_paragraph()
    end_option()
    print "# SEE ALSO\n\n" also
}
