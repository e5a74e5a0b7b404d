#!/bin/sh
# Compiles and runs codes.c in every way in which a program may compare a code: check_codes.sh HEADERS
# GENERATED CODES
#   HEADERS    folder of the hand-written headers
#   GENERATED  folder of the headers made from the IDL
#   CODES      codes.c
# gcc and clang; C11, C++98, 11, 17 and 20; our header without pcsc-lite's in reach, alone with them in reach,
# before and after <winscard.h>. Warnings are errors. Speaks TAP; a compiler that is not installed is skipped
# aloud.
set -u
headers=$1 generated=$2 codes=$3
pcsc=$(pkg-config --cflags-only-I libpcsclite)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0
wide=$(getconf LONG_BIT)

# report RESULT NAME: result 0 is a success.
report() {
    number=$((number + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        sed 's/^/# /' "$scratch/log" | head -n 20
    fi
}

# build COMPILER STANDARD OPTION... FILE: the file, which is C or C++ by the standard, as $scratch/program.
build() {
    compiler=$1 standard=$2
    shift 2
    case $standard in
    c++*) language=c++ ;;
    *) language=c ;;
    esac
    "$compiler" -std="$standard" -Wall -Wextra -Wpedantic -Werror -I"$headers" -I"$generated" -o "$scratch/program" -x $language "$@" \
        > "$scratch/log" 2>&1
}

# run NAME COMPILER STANDARD OPTION...: codes.c builds, and finds every code equal to itself.
run() {
    name=$1
    shift
    build "$@" "$codes" && "$scratch/program" > "$scratch/log" 2>&1
    report $? "$name"
}

# refused NAME COMPILER STANDARD OPTION... EXPRESSION: a program with this expression does not compile.
refused() {
    name=$1
    shift
    for expression; do :; done
    printf '%s\n' '#include <scardssp.h>' '#include <winscard.h>' 'int main(void) {' 'HRESULT hr = 0; LONG rv = 0;' \
        "return (int)rv + (int)hr + ($expression);" '}' > "$scratch/source"
    arguments=
    while [ $# -gt 1 ]; do
        arguments="$arguments $1"
        shift
    done
    # Several words on purpose.
    # shellcheck disable=SC2086
    ! build $arguments "$scratch/source" && grep -q two_numbers "$scratch/log"
    report $? "$name"
}

# each COMPILER STANDARD: all ways for these. $pcsc holds several words on purpose.
# shellcheck disable=SC2086
each() {
    if ! command -v "$1" > /dev/null 2>&1; then
        number=$((number + 1))
        echo "ok $number - codes, $1 -std=$2 # SKIP not installed"
        return
    fi
    # What cannot be told apart without a question, the compiler asks (scarderr.h says so); it holds all the
    # same.
    asked='' pedantic=''
    [ "$wide" = 64 ] && case $1,$2 in
    *,c11) asked=-Wno-sign-compare ;;
    g++,c++98) asked=-Wno-overflow ;;
    esac
    [ "$1,$2" != clang++,c++98 ] || pedantic=-Wno-c99-extensions
    run "codes without pcsc-lite, $1 -std=$2" "$1" "$2" -DALONE
    run "codes alone, $1 -std=$2" "$1" "$2" -DALONE $pcsc
    for order in BEFORE_WINSCARD AFTER_WINSCARD; do
        run "codes $order, $1 -std=$2" "$1" "$2" -D$order $pcsc $asked $pedantic
        [ -z "$asked" ] || run "codes $order, cast, $1 -std=$2" "$1" "$2" -D$order -DCAST $pcsc
    done
    # The others whose functions return such numbers.
    case $1,$2 in
    gcc,c11 | g++,c++17)
        for header in rm db sim; do
            run "codes of scardssp_$header.h, $1 -std=$2" "$1" "$2" -DBEFORE_WINSCARD "-DHEADER=<scardssp_$header.h>" $pcsc $asked
        done
        ;;
    esac
    case $2 in
    c11 | c++98) refused "the code with two numbers, $1 -std=$2" "$1" "$2" $pcsc 'hr == SCARD_E_UNSUPPORTED_FEATURE' ;;
    esac
}

for compiler in gcc clang; do
    each $compiler c11
done
for compiler in g++ clang++; do
    for standard in c++98 c++11 c++17 c++20; do
        each "$compiler" "$standard"
    done
done
echo "1..$number"
