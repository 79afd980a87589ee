# The options that `calltape VERB --help` lists, one a line: letter, name, value, what it does; tabs between.
function flush() {
    if (name != "")
        print letter "\t" name "\t" value "\t" help
    name = ""
}
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
    sub(/^ +/, "", help)
    next
}
inside {
    sub(/^ +/, "")
    help = help (help == "" ? "" : " ") $0
}
END { flush() }
