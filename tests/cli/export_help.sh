"$CALLTAPE" export --help
