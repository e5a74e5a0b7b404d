#!/usr/bin/env bash
# Says what was installed where, and what to type where loader, pkg-config or shell do not look:
# install/report.sh PREFIX STAGED FILE... install/install.sh calls it; the lines to type stand alone, four
# spaces before them.
set -euo pipefail
prefix=$1 staged=$2
shift 2
library= package=
for path in "$@"; do
    case $path in
        */libscardssp.so.*) library=$path ;;
        */scardssp.pc) package=${path%/*} ;;
    esac
done
folder=${library%/*}

printf '\nscardssp is installed under %s:\n' "$staged${prefix:-/}"
printf '  %-10s %s\n' \
    tool "$staged$prefix/bin/scard" manual "$staged$prefix/share/man/man1/scard.1" library "$staged$library" \
    headers "$staged$prefix/include/scardssp" pkg-config "$staged$package/scardssp.pc, scardssp-windows.pc" \
    contract "$staged$prefix/share/scardssp/idl/scardssp.idl"
again=
[ "$prefix" = /usr/local ] || again+=" PREFIX=${prefix:-/}"
[ -z "$staged" ] || again+=" DESTDIR=$(printf %q "$staged")"
echo "To remove it: make uninstall$again"
if [ -n "$staged" ]; then
    echo "Where it is put in place as root, the loader learns of it by: ldconfig"
    exit 0
fi

advise() { # WHAT LINE...
    printf '\n%s\n' "$1"
    printf '    %s\n' "${@:2}"
}

# Asked, not guessed: which library would a program get, which .pc file a build, which tool the shell?
soname=$(grep -o '^libscardssp\.so\.[0-9]*' <<< "${library##*/}")
found=$(LD_TRACE_LOADED_OBJECTS=1 LD_PRELOAD=$soname "$prefix/bin/scard" 2> /dev/null | sed -n 's/^.*libscardssp\.so[^ ]* => \(.*\)$/\1/p' | sed 's/ (0x[0-9a-f]*)$//')
if [ ! "$found" -ef "$library" ]; then
    if [ -f "$found" ]; then
        advise "The loader finds another one first, $found. Remove that, or for this shell:" \
            "export LD_LIBRARY_PATH=$folder\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
    elif [ "$(id -u)" -eq 0 ] && [ -d /etc/ld.so.conf.d ]; then
        advise "The loader does not look in $folder. As root, for everybody:" \
            "echo $folder > /etc/ld.so.conf.d/scardssp.conf && /sbin/ldconfig"
    elif PATH=$PATH:/usr/sbin:/sbin ldconfig -vNX 2> /dev/null | grep -q "^$folder:"; then
        advise 'The loader has to be told of it, by root:' 'sudo /sbin/ldconfig'
    else
        advise "The loader does not know $folder. For this shell (for ever: in ~/.profile):" \
            "export LD_LIBRARY_PATH=$folder\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
    fi
fi
if [ ! "$(pkg-config --variable=pcfiledir scardssp 2> /dev/null)" -ef "$package" ]; then
    advise "pkg-config does not look in $package. For this shell (for ever: in ~/.profile):" \
        "export PKG_CONFIG_PATH=$package\${PKG_CONFIG_PATH:+:\$PKG_CONFIG_PATH}"
fi
if [ ! "$(command -v scard || true)" -ef "$prefix/bin/scard" ]; then
    advise "The shell finds $(command -v scard || echo 'no scard'). For $prefix/bin/scard, and man scard:" "export PATH=$prefix/bin:\$PATH"
fi
if ! command -v man > /dev/null; then
    echo
    echo "man is not installed here; to read the manual: apt-get install man-db"
fi
