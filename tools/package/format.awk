# include/FORMAT.md, or another text in Markdown, as a manual page in scdoc's language. Variables: title, summary.
function inline(text,    out, i, parts, count) {
    count = split(text, parts, /`/)
    for (i = 1; i <= count; i++)
        out = out (i % 2 ? plain(parts[i]) : "*" code(parts[i]) "*")
    return out
}
function code(text) {
    gsub(/[\\_*~<>[#]/, "\\\\&", text)
    return text
}
function plain(text) {
    gsub(/[\\_~<>[#]/, "\\\\&", text)
    gsub(/ \* /, " \\* ", text)
    gsub(/\*\*/, "*", text)
    return text
}
function end_block() {
    if (literal)
        print "```\n"
    literal = 0
    rows = 0
}
BEGIN { print title "\n\n# NAME\n\n" summary "\n" }
/^# / { print "# DESCRIPTION"; next }
/^##+ / {
    end_block()
    level = length($1) - 1
    sub(/^#+ /, "")
    print substr("##", 1, level > 2 ? 2 : level) " " (level == 1 ? toupper($0) : $0)
    next
}
/^\|[-| ]+\|$/ { next }
/^\|/ {
    line = $0
    sub(/^\|/, "", line)
    sub(/\|$/, "", line)
    count = split(line, cells, /\|/)
    for (i = 1; i <= count; i++) {
        gsub(/^ +| +$/, "", cells[i])
        print (rows == 0 ? (i == 1 ? "[[ " : ":[ ") : (i == 1 ? "|  " : ":  ")) inline(cells[i])
    }
    rows++
    next
}
/^    / {
    if (!literal)
        print "```"
    literal = 1
    print substr($0, 5)
    next
}
literal && /^$/ { print; next }
/^[0-9]+\. / { end_block(); sub(/^[0-9]+/, ""); print ". " inline(substr($0, 3)); next }
/^   [^ ]/ { print "  " inline(substr($0, 4)); next }
{ end_block(); print inline($0) }
