# Every C and C++ file is laid out as .clang-format says.
cd "$ROOT" || exit 1
find include runtime tools tests examples -name '*.[ch]' -o -name '*.cpp' | sort |
    xargs clang-format --style=file --dry-run --Werror
