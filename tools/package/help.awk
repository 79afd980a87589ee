# The options that `calltape VERB --help` lists, one a line: letter, name, value, what it does; tabs between. A FORMAT is
# one of the table of formats, if there is one: a|b|c.
function flush() {
    if (name != "")
        print letter "\t" name "\t" value "\t" help
    name = ""
}
/^Formats,/ { table = 1 }
/^$/ { table = 0 }
table && /^  [a-z]/ { formats = formats (formats == "" ? "" : "|") $1 }
/^Options:$/ { inside = 1; next }
inside && /^$/ { flush(); exit }
inside && match($0, /^ +(-[A-Za-z], )?--[a-z][a-z-]*/) && RLENGTH < 26 {
    flush()
    letter = match($0, /^ +-[A-Za-z],/) ? substr($0, RLENGTH - 1, 1) : ""
    match($0, /--[a-z][a-z-]*/)
    name = substr($0, RSTART + 2, RLENGTH - 2)
    rest = substr($0, RSTART + RLENGTH)
    value = match(rest, /^ [^ ]+/) ? substr(rest, 2, RLENGTH - 1) : ""
    help = substr(rest, RLENGTH > 0 ? RLENGTH + 1 : 1)
    if (value == "FORMAT" && formats != "")
        value = formats
    sub(/^ +/, "", help)
    next
}
inside {
    sub(/^ +/, "")
    help = help (help == "" ? "" : " ") $0
}
END { flush() }
