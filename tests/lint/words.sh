# No unfinished business in the code, no file too long to read.
cd "$ROOT" || exit 1
status=0
files=$(find Makefile include runtime tools tests examples -type f ! -path '*/corpus/*' ! -path '*/golden/*' | sort)

# Spelt so that this file does not find itself.
if grep -nwE 'TO[D]O|FIX[M]E|XX[X]|HA[C]K' $files; then
    echo "^ finish it, or leave it out"
    status=1
fi

for file in $files; do
    case $file in
    *.[ch] | *.cpp | *.sh | *Makefile | tests/run)
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 600 ]; then
            echo "$file: $lines lines; split it (600 at most, 400 is better)"
            status=1
        fi
        ;;
    esac
done
exit $status
