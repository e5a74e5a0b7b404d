#!/bin/sh
# Compiles the public headers the ways programs do, without a warning: check_headers.sh HEADERS GENERATED
# PAGES WINDOWS USAGE...
#   HEADERS    folder of the hand-written headers
#   GENERATED  folder of the headers made from the IDL
#   PAGES      folder of the headers under the pages' names
#   WINDOWS    folder of <windows.h>
#   USAGE      source files that use them (.c, .cc), compiled before, after and without pcsc-lite's
#              <winscard.h>
# Speaks TAP: one test per header, compiler and order; a compiler that is not installed is skipped aloud.
set -u
headers=$1 generated=$2 pages=$3 windows=$4
shift 4

# Nobody needs pcsc-lite's headers to use ours: its folder is in the path only where <winscard.h> is meant.
pcsc=$(pkg-config --cflags-only-I libpcsclite)
common="-fsyntax-only -pedantic -Wall -Wextra -Werror -I$headers -I$generated -I$pages"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

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

# compile COMPILER LANGUAGE FILE: in C11 or C++17, or the $standard that is set, with $more options.
more=''
standard=''
compile() {
    chosen=c11
    [ "$2" = c++ ] && chosen=c++17
    # $common and $more hold several words on purpose.
    # shellcheck disable=SC2086
    "$1" -x "$2" -std="${standard:-$chosen}" $common $more "$3" >"$scratch/log" 2>&1
}

# try NAME COMPILER LANGUAGE LINE...: a source of these lines compiles.
try() {
    name=$1 compiler=$2 language=$3
    shift 3
    printf '%s\n' "$@" 'int main(void) { return 0; }' >"$scratch/source"
    compile "$compiler" "$language" "$scratch/source"
    report $? "$name, $compiler"
}

# refuse NAME COMPILER LANGUAGE LINE...: a source of these lines does not compile.
refuse() {
    name=$1 compiler=$2 language=$3
    shift 3
    printf '%s\n' "$@" 'int main(void) { return 0; }' >"$scratch/source"
    compile "$compiler" "$language" "$scratch/source"
    [ $? -ne 0 ]
    report $? "$name, $compiler"
}

check_compiler() {
    compiler=$1 language=$2
    if ! command -v "$compiler" >/dev/null 2>&1; then
        number=$((number + 1))
        echo "ok $number - everything with $compiler # SKIP not installed"
        return
    fi
    for path in "$headers"/*.h "$generated"/*.h "$pages"/*.h; do
        header=$(basename "$path")
        try "$header alone" "$compiler" "$language" "#include \"$header\""
        try "$header twice" "$compiler" "$language" "#include \"$header\"" "#include \"$header\""
    done
    more=-I$windows
    try "windows.h alone" "$compiler" "$language" '#include <windows.h>' \
        'void *f(size_t size);' 'void *f(size_t size) { return CoTaskMemAlloc(size ? size : strlen("") + (size_t)atoi("1")); }'
    try "windows.h and Scardssp.h" "$compiler" "$language" '#include <windows.h>' '#include <Scardssp.h>'
    more="-I$windows $pcsc"
    try "windows.h and winscard.h" "$compiler" "$language" '#include <windows.h>' '#include <winscard.h>'
    more=$pcsc
    for header in scardssp.h Scardmgr.h scarddat.h scardsrv.h scardssp_card.h scardssp_faults.h scardssp_rm.h scardssp_share.h scardssp_sim.h scardssp_provider.h scardssp_profile.h; do
        try "$header before winscard.h" "$compiler" "$language" "#include <$header>" '#include <winscard.h>'
        try "$header after winscard.h" "$compiler" "$language" '#include <winscard.h>' "#include <$header>"
    done
    more=''
    try "all headers together" "$compiler" "$language" '#include <scardsrv.h>' '#include <scarddat.h>' \
        '#include <scardmgr.h>' '#include <scardssp.h>' '#include <Scardsrv.h>' '#include <Scarddat.h>' \
        '#include <Scardmgr.h>' '#include <Scardssp.h>' '#include <scardssp_card.h>' '#include <scardssp_rm.h>' '#include <scardssp_share.h>' '#include <scardssp_sim.h>'
    if [ "$language" = c ]; then
        refuse "an unknown method is refused" "$compiler" c '#define COBJMACROS' '#include <scardssp.h>' \
            'HRESULT f(ISCard *c);' 'HRESULT f(ISCard *c) { return ISCard_Attach(c); }'
    else
        refuse "an unknown method is refused" "$compiler" c++ '#include <scardssp.h>' \
            'HRESULT f(ISCard *c) { return c->Attach(); }'
        refuse "a number for an enumeration is refused" "$compiler" c++ '#include <scardssp.h>' \
            'HRESULT f(ISCard *c) { return c->ReAttach(2); }'
    fi
}

check_usage() {
    source=$1
    case $source in
    *.c) language=c compilers="gcc clang" standards=c11 ;;
    *usage_codes.cc) language=c++ compilers="g++ clang++" standards="c++11 c++20" ;;
    *) language=c++ compilers="g++ clang++" standards="c++98 c++17 c++20" ;;
    esac
    for compiler in $compilers; do
        command -v "$compiler" >/dev/null 2>&1 || continue
        for standard in $standards; do
            for order in ALONE BEFORE_WINSCARD AFTER_WINSCARD; do
                more=''
                [ $order = ALONE ] || more=$pcsc
                # Its macros of codes ask for more than clang's C++98 has (scarderr.h).
                [ "$compiler,$standard" != clang++,c++98 ] || more="$more -Wno-c99-extensions"
                { echo "#define $order"; cat "$source"; } >"$scratch/source"
                compile "$compiler" "$language" "$scratch/source"
                report $? "$(basename "$source") $order, $compiler -std=$standard"
            done
        done
    done
    standard='' more=''
}

check_compiler gcc c
check_compiler clang c
check_compiler g++ c++
check_compiler clang++ c++
for usage in "$@"; do
    check_usage "$usage"
done
echo "1..$number"
