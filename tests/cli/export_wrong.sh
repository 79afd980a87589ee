# What is wrong, and what to do.
tape=$ROOT/tests/golden/plain.tape
for options in "" "--to chrom" "--to nothing" "--to ctf" "--to dot --max-events 3" "--to chrome --nodes 3" \
    "--to csv --compress" "--to ctf --split 1M -o x" "--to chrome --split 1M" "--to chrome --max-bytes 10" "--to chrome --split 10 -o x" \
    "--to html --max-events 3" "--to html --split 1M -o x" "--to html --max-bytes 10" "--to html --nodes 3" \
    "--to chrome --max-events 0" "--to chrome --max-events 1" "--to csv --max-bytes 0" "--to csv --split 0 -o x" "--to dot --nodes 0"; do
    "$CALLTAPE" export $options "$tape" 2>&1 >/dev/null
    echo "status $?"
done | sed 's/allow it [0-9]*k$/allow it SIZE/' # the page's own files are in it

# No tape is written over, whatever the way to it.
mkdir d
cp "$tape" d/x.tape
cp "$tape" d/y.1.tape
ln -s d link
ln d/x.tape other
for output in d/x.tape d/../d/x.tape link/x.tape other; do
    "$CALLTAPE" export --to csv -o $output d/x.tape 2>&1
done
"$CALLTAPE" export --to chrome --split 1M -o d/y.tape d/x.tape 2>&1
for file in d/x.tape d/y.1.tape; do
    cmp $file "$tape"
done
