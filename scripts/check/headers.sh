#!/usr/bin/env bash
# Compiles every header alone, with gcc and with clang, without a warning: check/headers.sh BUILD_DIR. The
# public ones in C++ too. Prints offenders, exit status 1. BUILD_DIR holds the headers made from the IDL.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1

# Ours need no other folder; the backends' are compiled with pcsc-lite's.
includes=(-I include/scardssp -I "$build/idl")
read -r -a pcsc < <(pkg-config --cflags libpcsclite)
warnings=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wwrite-strings -Wvla -Wpointer-arith
          -Werror)
c=(-std=c11 -D_GNU_SOURCE -Wmissing-prototypes -Wstrict-prototypes)
status=0
count=0

compile() { # COMPILER LANGUAGE HEADER OPTION...
    local compiler=$1 language=$2 header=$3
    shift 3
    count=$((count + 1))
    local few=-fmax-errors=3
    [[ $compiler != clang* ]] || few=-ferror-limit=3
    # With a declaration behind it: a header of numbers alone has none.
    if ! printf '#include "%s"\ntypedef int after_the_header;\n' "$header" |
            "$compiler" -fsyntax-only $few "${includes[@]}" "$@" "${warnings[@]}" -x "$language" -; then
        echo "$header does not compile alone with $compiler as $language"
        status=1
    fi
}

# Headers over <windows.h> are compiled where there is one, by `make windows`.
mapfile -t private < <(scripts/check/sources.py .h | sed -n 's|^src/||p' | grep -v -e 'winscard/' -e '^module/windows/' \
    -e '^client/selectdialog_win\.h$')
mapfile -t public < <(scripts/check/sources.py .h | sed -n 's|^include/scardssp/||p')
for compiler in gcc clang; do
    for header in "${private[@]}"; do
        compile "$compiler" c "$header" "${c[@]}" -I src "${pcsc[@]}"
    done
    for header in "${public[@]}"; do
        compile "$compiler" c "$header" "${c[@]}"
        compile "${compiler/%gcc/g++}" c++ "$header" -std=c++17
    done
done
[ "$count" -gt 20 ] || { echo "only $count headers found: is this the right tree?"; status=1; }
exit "$status"
