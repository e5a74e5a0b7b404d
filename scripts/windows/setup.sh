#!/usr/bin/env bash
# Makes a build directory for Windows: windows/setup.sh 64|32 DIRECTORY [MESON_OPTION...]. Its tests run under
# Wine.
set -euo pipefail
cd "$(dirname "$0")/../.."
case ${1-}:${2:+there} in
    64:there | 32:there) ;;
    *) echo "usage: windows/setup.sh 64|32 DIRECTORY [MESON_OPTION...]" >&2; exit 2 ;;
esac
bits=$1 build=$2
shift 2
cpu=$([ "$bits" = 64 ] && echo x86_64 || echo i686)
sources=$PWD/build-sources
# Without tests cmocka is not needed, nor the network that it comes over.
[[ " $* " == *' -Dtests=false '* ]] || scripts/windows/source.sh "$sources"
# What a cross file cannot say of itself: where it lies.
mkdir -p "$build"
printf "[binaries]\nexe_wrapper = ['%s/scripts/windows/wine-run.sh', '%s', '--test']\n" "$PWD" "$bits" > "$build/wine.ini"
meson setup "$build" --cross-file "cross/$cpu-w64-mingw32.ini" --cross-file "$build/wine.ini" -Dsources="$sources" "$@"
