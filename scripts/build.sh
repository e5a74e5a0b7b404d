#!/usr/bin/env bash
# Builds library and tool: build.sh BUILD_DIR [PREFIX]. `make`, `make demo` and `make install` call it,
# through as-owner.sh. With PREFIX the build is one to be installed there (install/options.py), and what is to
# be installed is laid out, without symbols, in BUILD_DIR/install-stage.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
prefix=${2-}

say_remedy() {
    echo "build.sh: $1" >&2
    echo "  Remove what was built, then try again:  ${2-}rm -rf $build" >&2
    exit 1
}

# A root that built here without as-owner.sh left files that the compiler cannot write over.
if [ -d "$build" ]; then
    locked=$(find "$build" ! -type l ! -writable -print -quit)
    [ -z "$locked" ] || say_remedy "$locked belongs to $(stat -c %U "$locked"), and you cannot write to it." 'sudo '
fi
# A copied or moved tree would go on building the old one's sources.
if [ -f "$build/meson-info/meson-info.json" ]; then
    of=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["directories"]["source"])' < "$build/meson-info/meson-info.json")
    [ "$of" -ef . ] || say_remedy "$build was made for the sources in $of."
fi
[ -f "$build/build.ninja" ] || meson setup "$build" -Dtests=false
if [ -n "$prefix" ]; then
    scripts/install/options.py "$build" "$prefix" || say_remedy "$build cannot be configured (see above)."
fi
ninja -C "$build"
if [ -n "$prefix" ]; then
    rm -rf "$build/install-stage"
    # The debug information stays in BUILD_DIR: a core dump of an installed program can be read with it.
    meson install -C "$build" --no-rebuild --strip --quiet --destdir "$(realpath "$build")/install-stage"
fi
