# What is wrong, and what to do.
tape=$ROOT/tests/golden/plain.tape
for options in "" "--to chrom" "--to nothing" "--to ctf" "--to dot --max-events 3" "--to chrome --nodes 3" \
    "--to csv --compress" "--to ctf --split 1M -o x" "--to chrome --split 1M" "--to chrome --max-bytes 10" "--to chrome --split 10 -o x" \
    "--to html --max-events 3" "--to html --split 1M -o x" "--to html --max-bytes 10" "--to html --nodes 3"; do
    "$CALLTAPE" export $options "$tape" 2>&1 >/dev/null
    echo "status $?"
done | sed 's/take [0-9]* kB$/take SIZE/' # the page's own files are in it
