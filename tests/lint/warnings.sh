# gcc and clang both build everything without a warning.
for compiler in gcc clang; do
    "$MAKE" -C "$ROOT" --no-print-directory -s "BUILD=$PWD/$compiler" CC=$compiler \
        CFLAGS='-O1 -g -Werror' all || exit 1
done
