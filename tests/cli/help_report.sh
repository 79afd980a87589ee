"$CALLTAPE" report --help
