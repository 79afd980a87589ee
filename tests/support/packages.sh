#!/bin/sh
# Installs the Debian packages that are missing for the named purposes; says nothing when there are none.
#   packages.sh build        what compiling calltape needs
#   packages.sh build test   ... and its tests
#   packages.sh viewers      programs that tests/real opens exports in
#   packages.sh build deb    ... and its Debian package
#   packages.sh --say ...    names the missing ones and how to install them, installs nothing
set -u

say=false
if [ "${1-}" = --say ]; then
    say=true
    shift
fi

# The tests skip what needs an optional package that the release does not have or that can't be installed here.
wanted='' optional=''
for purpose; do
    case $purpose in
    build) wanted="$wanted gcc libc6-dev make libzstd-dev zlib1g-dev libmicrohttpd-dev libxxhash-dev libpcre2-dev libsqlite3-dev libncurses-dev libelf-dev libdwarf-dev libcapstone-dev libiberty-dev"
        optional="$optional liblzma-dev"
        ;;
    test)
        wanted="$wanted g++ clang clang-format binutils libcmocka-dev jq"
        # The runtime of -fsanitize=fuzzer comes with clang in some releases, in a package of its own in others.
        ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a >/dev/null 2>&1 ||
            optional="$optional libclang-rt-dev"
        # Debug information as distributions have it.
        optional="$optional dwz xz-utils libdebuginfod1 libdebuginfod1t64"
        optional="$optional qemu-user-static gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
        # A browser that looks at what `calltape view` shows.
        optional="$optional chromium python3"
        # A terminal that looks at what `calltape tui` shows.
        optional="$optional tmux"
        # Programs that read what `export` writes.
        optional="$optional valgrind uftrace golang-go babeltrace2 protobuf-compiler graphviz sqlite3 perl"
        # Build systems and compilers that `calltape cc` is to serve.
        optional="$optional cmake meson ninja-build autoconf automake ccache gfortran"
        # Another C library.
        optional="$optional musl-tools"
        # Manual pages and completions.
        optional="$optional scdoc zsh fish pkg-config build-essential debhelper lintian git"
        ;;
    viewers) optional="$optional kcachegrind xvfb xauth dbus at-spi2-core python3-pyatspi imagemagick" ;;
    deb) wanted="$wanted build-essential debhelper scdoc lintian" ;;
    *)
        echo "packages.sh: unknown purpose '$purpose'; known are: build test viewers deb" >&2
        exit 2
        ;;
    esac
done

if ! command -v dpkg-query >/dev/null; then
    echo "This system has no dpkg. Where something is missing, install what Debian calls:$wanted" >&2
    exit 0
fi

# Prints those of its arguments that are not installed.
missing_of() {
    present=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p')
    for package; do
        echo "$present" | grep -qxF "$package" || printf ' %s' "$package"
    done
}

# Prints those of its arguments that this release offers.
offered_of() {
    for package; do
        apt-cache show "$package" >/dev/null 2>&1 && printf ' %s' "$package"
    done
}

absent=$(missing_of $wanted $optional)
[ -n "$absent" ] || exit 0
required=$(missing_of $wanted)

if $say; then
    [ -n "$required" ] || exit 0
    echo "Packages that calltape needs are missing:$required" >&2
    echo "Install them with: sudo apt-get install$required" >&2
    exit 1
fi

if [ "$(id -u)" = 0 ]; then
    root=''
elif sudo -n true 2>/dev/null; then
    root='sudo -n'
elif [ -n "$required" ]; then
    echo "Missing packages that only root can install. Run this, then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y$required" >&2
    exit 1
else
    exit 0
fi

log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
if [ -n "$required" ]; then
    $root apt-get update >"$log" 2>&1
fi
packages="$required$(offered_of $(missing_of $optional))"
[ -n "$packages" ] || exit 0
echo "Installing packages:$packages"
if ! $root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    if [ -n "$required" ]; then
        echo "apt-get could not install them; see above. By hand: apt-get update && apt-get install$required" >&2
        exit 1
    fi
fi
