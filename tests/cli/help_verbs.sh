# Each verb explains itself, with an example, and says the same by `help`.
set -e
for verb in $("$CALLTAPE" help | awk '/^  [a-z]+  +[a-z]/ {print $1}'); do
    "$CALLTAPE" "$verb" --help >by_option
    "$CALLTAPE" help "$verb" >by_help
    [ "$verb" = help ] || diff by_option by_help
    grep -q "^Usage: calltape $verb" by_option
    grep -q "^Examples:" by_option
    grep -q -e "--help" by_option
    awk -v verb="$verb" 'length($0) > 100 {print verb ": a line of " length($0)}' by_option
done
