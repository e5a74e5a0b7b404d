#!/usr/bin/env bash
# Tries what stands before a release on offences: test_release.sh. The lists of the packages, the symbols, the
# versions, the licences, the archive of the sources and the ABI, each with one thing wrong, in a small tree
# with a library of three functions. Reports in TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
project=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. tests/support/kits/tap.sh
export GIT_CEILING_DIRECTORIES=$scratch

library() { # FILE SOURCE: a shared object with debug information, named as ours is
    printf '%s\n' "$2" > "$1.c"
    printf 'SCARDSSP_0 { global: scardssp_*; local: *; };\n' > "$scratch/map"
    # shellcheck disable=SC2086 # words
    ${CC:-cc} -g -shared -fPIC -I"$scratch" -Wl,--version-script,"$scratch/map" -Wl,-soname,libscardssp.so.0 -o "$1" "$1.c"
}
whole='#include "three.h"
int scardssp_one(const struct scardssp_three *a) { return a->b; }
int scardssp_two(int a) { return a; }'

# A tree as the checks know it, with a build directory that has what they read of one.
fresh() {
    rm -rf "$scratch/tree"
    mkdir -p "$scratch/tree"/{scripts/check,scripts/dist,packaging/debian,packaging/rpm,python,LICENSES,build/meson-info,build/src/module}
    cp scripts/check/{packages,sources,licences}.py "$scratch/tree/scripts/check"
    cp scripts/dist/*.sh "$scratch/tree/scripts/dist"
    cp REUSE.toml LICENSE "$scratch/tree"
    cp LICENSE "$scratch/tree/LICENSES/MIT.txt"
    (
        cd "$scratch/tree" || exit 1
        printf "project('scardssp', 'c',\n  version : '1.2.3',\n  license : 'MIT')\n" > meson.build
        printf '[project]\nversion = "1.2.3"\n' > python/pyproject.toml
        printf 'scardssp (1.2.3-1) unstable; urgency=medium\n' > packaging/debian/changelog
        printf '# Changelog\n\n## [1.2.3] - 2026-01-01\n' > CHANGELOG.md
        printf 'Version:  1.2.3\n%%files tools\n%%{_bindir}/scard\n%%{_mandir}/man1/scard*.1*\n%%changelog\n* x\n' > packaging/rpm/scardssp.spec
        printf 'usr/bin/scard\nusr/share/man/man1\n' > packaging/debian/scardssp-tools.install
        printf 'README.md usr/share/doc/scardssp\n' > packaging/debian/scardssp-doc.install
        printf 'libscardssp.so.0 libscardssp0 #MINVER#\n SCARDSSP_0@SCARDSSP_0 1.0\n scardssp_one@SCARDSSP_0 1.0\n scardssp_two@SCARDSSP_0 1.0\n' \
            > packaging/debian/libscardssp0.symbols
        printf '{"/b/scard": "/opt/bin/scard", "/b/scard.1": "/opt/share/man/man1/scard.1"}\n' > build/meson-info/intro-installed.json
        printf '[{"name": "prefix", "value": "/opt"}]\n' > build/meson-info/intro-buildoptions.json
        cp "$scratch/libscardssp.so.0.1.0" build/src/module
    )
}

# A check that accepts the tree, and with the offence says why it does not.
refuses() { # WORDS CHECK OFFENCE: the last two are lines of the shell, in the tree
    fresh
    cd "$scratch/tree" || return
    bash -c "$2" > "$scratch/said" 2>&1 || { echo "a clean tree is refused:"; cat "$scratch/said"; return 1; }
    bash -ec "$3" || return
    ! bash -c "$2" > "$scratch/said" 2>&1 || { echo "accepted"; return 1; }
    grep -q -e "$1" "$scratch/said" || { echo "should say: $1. It says:"; cat "$scratch/said"; return 1; }
}

printf 'struct scardssp_three { int a, b; };\n' > "$scratch/three.h"
library "$scratch/libscardssp.so.0.1.0" "$whole" || exit 2
lists='scripts/check/packages.py build'
installed=build/meson-info/intro-installed.json
tap_check 'a file that no package takes' refuses 'usr/bin/other is installed, and in no package: .* packaging/debian' "$lists" \
    "sed -i 's|^{|{\"/b/x\": \"/opt/bin/other\", |' $installed"
tap_check 'nor one of RPM' refuses 'usr/bin/other is installed, and in no package: .* packaging/rpm' "$lists" \
    "sed -i 's|^{|{\"/b/x\": \"/opt/bin/other\", |' $installed; echo usr/bin/other >> packaging/debian/scardssp-tools.install"
tap_check 'a file in two packages' refuses 'usr/bin/scard is in more than one package' "$lists" 'echo usr/bin >> packaging/debian/libscardssp-dev.install'
tap_check 'a line that takes nothing' refuses 'usr/bin/gone takes nothing' "$lists" 'echo usr/bin/gone >> packaging/debian/scardssp-tools.install'
symbols=packaging/debian/libscardssp0.symbols
tap_check 'an export that the symbols do not have' refuses 'scardssp_two@SCARDSSP_0 is exported, and not in' "$lists" "sed -i /scardssp_two/d $symbols"
tap_check 'a symbol that is gone' refuses 'scardssp_none@SCARDSSP_0 is in .* not exported any more' "$lists" "echo ' scardssp_none@SCARDSSP_0 1.0' >> $symbols"
for place in packaging/debian/changelog python/pyproject.toml packaging/rpm/scardssp.spec CHANGELOG.md; do
    tap_check "another version in $place" refuses "$place is of version 1.2.4" "$lists" "sed -i s/1.2.3/1.2.4/ $place"
done
written() {
    fresh
    cd "$scratch/tree" && sed -i /scardssp_two/d $symbols && scripts/check/packages.py --write build && grep -x ' scardssp_two@SCARDSSP_0 1.2.3' $symbols
}
tap_check 'what is new is written down with its version' written

licences=scripts/check/licences.py
tap_check "another's notice" refuses 'x.c: bears a notice' $licences "echo '/* Copy''right (c) 2020 Somebody Else */' > x.c"
tap_check 'another licence' refuses 'x.c: says GPL-2.0-only' $licences "echo '/* SPDX-License-''Identifier: GPL-2.0-only */' > x.c"
tap_check 'a file that is not covered' refuses 'x.c: REUSE.toml does not cover it' $licences \
    "sed -i 's|\"\\*\\*\"|[\"scripts/**\", \"LICENSES/**\", \"LICENSE\"]|' REUSE.toml; echo > x.c"
tap_check 'a text that is missing' refuses 'LICENSES/MIT.txt is missing' $licences 'mv LICENSES/MIT.txt LICENSES/ISC.txt'

archived() {
    fresh
    cp -r "$scratch/tree" "$scratch/other"
    mkdir "$scratch/tree/scripts/check/__pycache__" && touch "$scratch/tree/scripts/check/__pycache__/x.pyc"
    chmod -R go-rwx "$scratch/other"
    find "$scratch/other" -exec touch -d 2001-01-01 {} +
    SOURCE_DATE_EPOCH=1000000000 "$scratch/tree/scripts/dist/tarball.sh" "$scratch/a" &&
        (umask 077 && SOURCE_DATE_EPOCH=1000000000 TZ=Asia/Tokyo "$scratch/other/scripts/dist/tarball.sh" "$scratch/b") || return
    cmp "$scratch"/{a,b}/scardssp-1.2.3.tar.xz || return
    ! tar -tf "$scratch/a/scardssp-1.2.3.tar.xz" | grep -e '/build/' -e pycache
}
tap_check 'the archive is the same from another copy, and has nothing that was built or run' archived

compared() { # WORDS OFFENCE: of two folders with the same files
    rm -rf "$scratch"/{a,b}
    mkdir "$scratch"/{a,b}
    echo one | tee "$scratch/a/x.deb" > "$scratch/b/x.deb"
    date > "$scratch/a/x.changes"
    "$project/scripts/dist/same.sh" "$scratch/a" "$scratch/b" || return
    (cd "$scratch" && bash -ec "$2") || return
    ! "$project/scripts/dist/same.sh" "$scratch/a" "$scratch/b" > "$scratch/said" || { echo accepted; return 1; }
    grep -q -x "$1" "$scratch/said" || { cat "$scratch/said"; return 1; }
}
tap_check 'two builds that differ in a byte' compared 'differs: x.deb' 'echo two > b/x.deb'
tap_check 'two builds of which one made more' compared 'differs: y.deb' 'echo two > a/y.deb'

packed() { # WORDS MAKEFILE: an archive whose front door does this
    fresh
    printf 'build:\n\t%s\ninstall:\n\tfalse\n' "$2" > "$scratch/tree/Makefile"
    SOURCE_DATE_EPOCH=1000000000 "$scratch/tree/scripts/dist/tarball.sh" "$scratch/a" > /dev/null || return
    ! "$project/scripts/dist/check.sh" "$scratch/a/scardssp-1.2.3.tar.xz" > "$scratch/said" 2>&1 || { echo accepted; return 1; }
    grep -q -e "$1" "$scratch/said" || { cat "$scratch/said"; return 1; }
}
tap_check 'an archive that does not build by itself' packed 'failed: it builds' false
tap_check 'an archive that builds, and is not installed' packed 'failed: it is installed' true

if command -v abidiff > /dev/null; then
    abi="$project/scripts/dist/abi.sh"
    changed() { # STATUS WORDS SOURCE HEADER
        printf '%s\n' "$4" > "$scratch/three.h"
        library "$scratch/new.so" "$3" || return
        local status=0
        "$abi" "$scratch/new.so" "$scratch/reference" "$scratch" > "$scratch/said" 2>&1 || status=$?
        [ "$status" -eq "$1" ] && grep -q -e "$2" "$scratch/said" || { echo "exit status $status"; cat "$scratch/said"; return 1; }
    }
    header='struct scardssp_three { int a, b; };'
    tap_check 'an ABI is written down' "$abi" --accept "$scratch/libscardssp.so.0.1.0" "$scratch/reference" "$scratch"
    tap_check 'the same ABI' changed 0 'is that of the last version' "$whole" "$header"
    tap_check 'one more function is no harm' changed 0 scardssp_more "$whole
int scardssp_more(void) { return 1; }" "$header"
    tap_check 'a function that is gone' changed 1 scardssp_two "${whole%int scardssp_two*}" "$header"
    tap_check 'a parameter of another type' changed 1 "parameter 1 of type 'int' changed" "${whole/int scardssp_two(int a)/int scardssp_two(long a)}" "$header"
    tap_check 'a structure of another layout' changed 1 'scardssp_three' "$whole" 'struct scardssp_three { int a; long long c; int b; };'
else
    tap_skip 'the ABI' 'there is no libabigail (Debian: abigail-tools)'
fi
tap_plan
