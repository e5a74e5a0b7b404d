#!/usr/bin/env bash
# Installs the Debian packages that building, testing or measuring needs: install-deps.sh GROUP...
# `make demo`, `make check` and .ci/run call it. Where everything is there it does nothing and needs no
# network.
#   build   compilers, Meson, widl, the libraries scardssp is built on
#   system  the PC/SC service and its virtual reader
#   remote  what readers on other machines need: the NATS server and its C library
#   check   test library, second compiler, formatter; others' smart card tools, bindings, emulated card; what
#           tests the Python package
#   wheel   what builds the Python package
#   package what builds packages for Debian and for RPM and looks them over, what makes systems to try them
#           in, and what reads the ABI
#   cover   line coverage
#   bench   instruction counts, and what others take for an ATR
#   fuzz    libFuzzer
#   mutants the syntax tree of C
#   windows cross compilers, the source of what has no package for Windows, Wine's stdole2.tlb, and what makes
#           a zip: import libraries for other compilers, pages out of the texts
#   wine    what runs Windows programs: Wine of 64 bits, and what makes a system with one of 32 bits; what
#           compiles the texts of docs/windows.md in C# and Pascal (90 MB), and links as Visual C++ does
set -euo pipefail

packages_of() {
    case $1 in
        build) echo gcc g++ libc6-dev make meson ninja-build pkg-config python3 mingw-w64-tools \
                    libpcsclite-dev libpcsclite1 libffi-dev libssl-dev \
                    libsqlite3-dev libedit-dev ;;
        system) echo pcscd vsmartcard-vpcd libccid ;;
        remote) echo nats-server libnats-dev ;;
        check) echo libcmocka-dev libusb-1.0-0-dev clang clang-format opensc pcsc-tools perl man-db tmux zsh fish \
                    tshark chromium \
                    vsmartcard-vpicc python3-pycryptodome \
                    python3-pyscard libpcsc-perl scdaemon openssl \
                    python3-pytest python3-pip python3-setuptools python3-wheel mypy \
                    nats-server libnats-dev iproute2 nftables abigail-tools ;;
        wheel) echo python3 python3-setuptools python3-wheel ;;
        package) echo build-essential debhelper dh-python dpkg-dev fakeroot lintian xz-utils debootstrap libnats-dev \
                      rpm rpmlint abigail-tools \
                      python3 python3-setuptools python3-wheel ;;
        cover) echo gcovr ;;
        bench) echo valgrind pcsc-tools ;;
        fuzz) echo clang "$(clang_runtime)" ;;
        mutants) echo python3-clang ;;
        windows) echo gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 g++-mingw-w64-x86-64 g++-mingw-w64-i686 \
                      mingw-w64-common mingw-w64-tools dpkg-dev libwine zip llvm python3-markdown ;;
        wine) echo wine64 debootstrap debian-archive-keyring util-linux mono-mcs fp-compiler clang lld ;;
        *) echo "install-deps.sh: no group '$1' (build system remote check wheel package cover bench fuzz mutants windows wine)" >&2; return 1 ;;
    esac
}

# What belongs to clang; Debian 12 has it under the name of the version only.
clang_runtime() {
    if grep -q '^VERSION_ID="12"' /etc/os-release 2>/dev/null; then
        echo libclang-rt-14-dev
    else
        echo libclang-rt-dev
    fi
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

[ $# -gt 0 ] || { echo "usage: install-deps.sh GROUP..." >&2; exit 2; }
wanted=
for group in "$@"; do
    wanted="$wanted $(packages_of "$group")"
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install-deps.sh: not a Debian system; going on with what is there. Needed, in Debian's names:$wanted"
    exit 0
fi

missing=
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "install-deps.sh: these packages are missing and need root to install:$missing" >&2
        echo "As root: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing Debian packages:$missing"
give_up() {
    echo "install-deps.sh: $1; see above why. With the network and Debian's mirror within reach, again:" >&2
    echo "  ${as_root:+sudo }apt-get update && ${as_root:+sudo }apt-get install --no-install-recommends$missing" >&2
    exit 1
}
# apt-get, which waits two minutes for another one that is at work. Its option is for dpkg's lock only; of the
# others, those of the lists and of the archives, it says that it did not get them, and is asked again.
apt() { # ARGUMENT...
    local until=$((SECONDS + 120)) said
    until { said=$($as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" \
            2>&1 >&3 3>&- </dev/null); } 3>&1; do
        if [ "$SECONDS" -ge "$until" ] || ! grep -q -i 'could not get lock' <<< "$said"; then
            printf '%s\n' "$said" >&2
            return 1
        fi
        sleep 1
    done
    [ -z "$said" ] || printf '%s\n' "$said" >&2
}
# Lists of a fresh machine are empty or old; both give a confusing error later, so they are brought up to
# date.
apt update -qq || give_up 'the lists of packages could not be fetched'
# shellcheck disable=SC2086 # a list of words
apt install -y -qq --no-install-recommends $missing || give_up 'packages could not be installed'
