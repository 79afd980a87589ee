# The list of verbs, however one asks for it.
"$CALLTAPE"
"$CALLTAPE" help | diff - <("$CALLTAPE")
"$CALLTAPE" --help | diff - <("$CALLTAPE")
