# Writes C functions with parameters of all kinds, which print what they are given and what they return, and a program
# that calls them: for comparing with what `record --args --returns` tells of the same run. Deterministic.
#   awk -v count=300 -v folder=DIR -f arguments.awk     DIR/one.c, DIR/two.c, DIR/common.h

function random(n) {
    seed = (seed * 69069 + 12345) % 4294967296
    return int(seed / 65536) % n
}

# TYPE, how it is declared, how parts are shown: "SHOW:SUFFIX ..."
function type(declared, shown) {
    types++
    declaration[types] = declared
    shows[types] = shown
}

function define_types() {
    type("signed char", "int:")
    type("unsigned char", "int:")
    type("char", "char:")
    type("short", "int:")
    type("unsigned short", "int:")
    type("int", "int:")
    type("unsigned", "int:")
    type("long", "int:")
    type("unsigned long", "int:")
    type("long long", "int:")
    type("_Bool", "bool:")
    type("enum colour", "colour:")
    type("float", "real:")
    type("double", "real:")
    type("void *", "pointer:")
    type("const char *", "text:")
    type("struct pair", "int:.x int:.y")
    type("struct floats", "real:.a real:.b")
    type("struct mixed", "real:.d int:.i")
    type("struct tiny", "char:.c int:.s")
    type("struct bits", "int:.a int:.b int:.c")
    type("struct nested", "int:.first.x int:.first.y")
    type("struct big", "int:.a int:.b real:.c int:.d")
    type("struct request *", "pointer:")
}

function constant(t, d, n) {
    d = declaration[t]
    n = random(2) ? random(100) : random(30000) - 15000
    if (d == "_Bool") return random(2)
    if (d ~ /char$/) return 65 + random(26)
    if (d == "enum colour") return random(2) ? "GREEN" : random(2) ? "BLUE" : "LAST"
    if (d == "unsigned short" || d ~ /unsigned/) return (n < 0 ? -n : n) (d ~ /long/ ? "000000UL" : "")
    if (d == "long" || d == "long long") return n "000000L"
    if (d == "float" || d == "double") return n ".25"
    if (d == "void *") return "(void *)" (n < 0 ? -n : n)
    if (d == "const char *") return "texts[" random(5) "]"
    if (d == "struct pair") return "(struct pair){" n ", " random(1000) "L}"
    if (d == "struct floats") return "(struct floats){" n ".5f, " random(99) ".75f}"
    if (d == "struct mixed") return "(struct mixed){" n ".5, " random(99) "}"
    if (d == "struct tiny") return "(struct tiny){'" sprintf("%c", 97 + random(26)) "', " n "}"
    if (d == "struct bits") return "(struct bits){" random(8) ", " random(60) - 30 ", " random(5000) "}"
    if (d == "struct nested") return "(struct nested){{" n ", " random(50) "}}"
    if (d == "struct big") return "(struct big){" n ", 7, " random(9) ".5, " random(50) "}"
    if (d == "struct request *") return "&requests[" random(3) "]"
    return n
}

# A number of any parameter, for results to hang on.
function as_number(t, p, d) {
    d = declaration[t]
    if (d == "const char *") return "(long)" p "[0]"
    if (d == "struct request *") return "(long)" p "->len"
    if (d == "void *") return "(long)" p
    if (d == "struct floats") return "(long)" p ".a"
    if (d == "struct mixed") return p ".i"
    if (d == "struct tiny") return p ".s"
    if (d == "struct bits") return p ".b"
    if (d == "struct nested") return p ".first.x"
    if (d == "struct pair") return p ".x"
    if (d == "struct big") return p ".d"
    return "(long)" p
}

function show(t, p, list, parts, i, part) {
    list = ""
    parts = split(shows[t], part, " ")
    for (i = 1; i <= parts; i++) {
        split(part[i], which, ":")
        list = list "    show_" which[1] "(\"" p which[2] "\", " p which[2] ");\n"
    }
    return list
}

# Results are of the plain types, pair, floats and mixed.
function result_expression(t, number, d) {
    d = declaration[t]
    if (d == "struct pair") return "(struct pair){(int)(" number "), " number "}"
    if (d == "struct floats") return "(struct floats){(float)(" number "), 2}"
    if (d == "struct mixed") return "(struct mixed){(double)(" number "), 5}"
    if (d == "enum colour") return "(" number ") % 2 ? GREEN : BLUE"
    if (d == "_Bool") return "(" number ") % 2 != 0"
    if (d ~ /char$/) return "(" d ")(65 + ((" number ") & 15))"
    if (d == "const char *") return "texts[(" number ") & 3]"
    if (d == "void *") return "(void *)(unsigned long)((" number ") & 0xffff)"
    if (d == "unsigned long") return "(unsigned long)((" number ") & 0xffffffff)"
    return "(" d ")(" number ")"
}

function result_shows(t, p, parts, part, i, list, which) {
    list = ""
    parts = split(shows[t], part, " ")
    for (i = 1; i <= parts; i++) {
        split(part[i], which, ":")
        list = list " result_" which[1] "(\"" name "\", " p which[2] ");"
    }
    return list
}

function define_function(k, i, t, r, style, parameters, body, number, file, kind, heads, again) {
    name = "f" k
    style = k % 8
    file = folder "/" (k % 2 ? "one.c" : "two.c")
    parameters = ""
    body = "    begin(\"" name "\");\n"
    number = "1"
    arity[k] = k % 11 == 0 ? 10 : random(7) + 1
    if (style == 4) arity[k] = random(3) + 1
    for (i = 0; i < arity[k]; i++) {
        t = of[k, i] = (k + i * 7 + random(3)) % types + 1
        parameters = parameters (i ? ", " : "") declaration[t] (declaration[t] ~ /\*$/ ? "" : " ") "p" i
        body = body show(t, "p" i)
        number = number " + " as_number(t, "p" i) " * " i + 1
    }
    if (style == 4)
        parameters = parameters ", ..."
    r = 0
    while (!(r && (r <= 16 || (r >= 17 && r <= 19)))) r = (k * 5 + random(2)) % 19 + 1
    kind = style == 3 ? "static inline __attribute__((always_inline)) " : style == 5 ? "static " : ""
    if (style == 2) {
        parameters = "int depth, " parameters
        body = "    begin(\"" name "\");\n    show_int(\"depth\", depth);\n" substr(body, index(body, "\n") + 1)
        again = "depth - 1"
        for (i = 0; i < arity[k]; i++) again = again ", p" i
        body = body "    if (depth > 0) used += (depth & 1) + sizeof " name "(" again ");\n    if (depth > 0) " name "(" again ");\n"
    }
    result = declaration[r] (declaration[r] ~ /\*$/ ? "" : " ")
    if (style == 1 || style == 6)
        for (i = 0; i < arity[k]; i++)
            if (declaration[of[k, i]] ~ /^(short|int|unsigned|long|double|float|unsigned short|unsigned long|long long)$/)
                changes[k] = changes[k] "    p" i " = p" i " * 3 + 1;\n"
    if (style == 6) # changed at once, and shown from a copy
        body = late(body, k)
    else
        body = body changes[k]
    body = body "    " result "value = " result_expression(r, number) ";\n   " result_shows(r, "value") "\n"
    body = body "    return " (k % 3 ? "value" : result_expression(r, number)) ";\n"
    print kind result name "(" parameters ")\n{\n" body "}\n" > file
    if (style != 3 && style != 5)
        print result name "(" parameters ");" > (folder "/common.h")
    caller[k] = file
}

# Parameters are shown from copies, after they were changed.
function late(body, k, i, copies, d) {
    copies = ""
    for (i = 0; i < arity[k]; i++) {
        d = declaration[of[k, i]]
        copies = copies "    " d (d ~ /\*$/ ? "" : " ") "c" i " = p" i ";\n"
        gsub(", p" i "[);]", ", c" i ");", body)
        gsub(", p" i "[.]", ", c" i ".", body)
    }
    gsub(/;;/, ";", body)
    return copies changes[k] "    escape();\n" body
}

function call(k, v, i, list, value) {
    list = k % 8 == 2 ? v + 1 : ""
    for (i = 0; i < arity[k]; i++) {
        value = constant(of[k, i])
        # What the compiler can't know.
        if (v && declaration[of[k, i]] ~ /^(int|long|short|double|unsigned)$/)
            value = "(" declaration[of[k, i]] ")(" value " + nothing)"
        list = list (list == "" ? "" : ", ") value
    }
    if (k % 8 == 4) list = list ", 1, 2.5"
    return "    f" k "(" list ");\n"
}

# Functions that others may call are called from the other file.
function write_calls(which, k, v, text) {
    text = ""
    for (k = 1; k <= count; k++)
        if ((k % 8 == 3 || k % 8 == 5 ? k % 2 : 1 - k % 2) == which)
            for (v = 0; v < 3; v++)
                text = text call(k, v)
    return text
}

BEGIN {
    seed = 7
    define_types()
    common = folder "/common.h"
    while ((getline line < (support "/arguments.h")) > 0) print line > common
    print "#include \"common.h\"\n" > (folder "/one.c")
    print "#include \"common.h\"\n" > (folder "/two.c")
    for (k = 1; k <= count; k++) define_function(k)
    print "UNTRACED void call_one(void)\n{\n" write_calls(1) "}\n" > (folder "/one.c")
    print "UNTRACED void call_two(void)\n{\n" write_calls(0) "}\n" > (folder "/two.c")
    print "void call_one(void);\nvoid call_two(void);" > common
}
