#!/usr/bin/env bash
# What the parts of the install test share, sourced by each: cases in TAP, without numbers, which run.sh
# counts.

source "$(dirname "${BASH_SOURCE[0]}")/../support/kits/tap.sh"
# shellcheck disable=SC2034
numbered=
check() { # NAME COMMAND...
    tap_check "$@"
}

skip() { # NAME REASON
    tap_skip "$@"
}

# For use inside of a check: says what is wrong.
wrong() {
    echo "$*"
    return 1
}

# Where the front door says that a thing is: told REPORT THING.
told() {
    sed -n "/^scardssp is installed/,\$s|^  $2  *||p" "$1"
}

# The lines that it says are to be typed.
to_type() {
    sed -n '/^scardssp is installed/,$s|^    ||p' "$1"
}

# Everything below FOLDERs, a path a line. Python's own leavings do not count.
listing() {
    python3 -c 'import os, sys
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in folders + sorted(files):
            print(os.path.join(folder, name))' "$@"
}

# The version that meson.build gives to the project.
version() {
    sed -n "s/^ *version : '\([^']*\)'.*/\1/p" "$1/meson.build" | sed -n 1p
}
