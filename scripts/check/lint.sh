#!/usr/bin/env bash
# Runs every check of the sources and reports in TAP: check/lint.sh BUILD_DIR. BUILD_DIR is built already.
# Called by `make lint` and, through run-tests.sh, by `make check`. CONTRIBUTING.md says what each is for. A
# check that ends with 77 was skipped; with 78, it is none on this system: that is said, and not counted.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$1

library=$(find "$build/src" -name 'libscardssp.so.*.*.*' ! -name '*.symbols' -type f | head -n 1)
names=()
commands=()
add() {
    names+=("$1")
    commands+=("$2")
}
add 'includes point one way'                     'scripts/check/layers.py'
add 'no file uses one that uses it'              'scripts/check/circles.py'
add 'what differs on Windows lies apart'       'scripts/check/halves.py'
add 'the tool has names of its own'               'scripts/check/names.py'
add 'functions fit a screen, files are short'    'scripts/check/size.py'
add 'headers explain every function'             'scripts/check/comments.py'
add 'files speak of the project only'            'scripts/check/words.sh'
add 'every header compiles alone'                "scripts/check/headers.sh $build"
add 'the library exports its own names only'     "scripts/check/exports.sh ${library:-no-library}"
add 'sources are laid out by clang-format'       'scripts/check/format.sh'
add 'comments are as narrow as the code'         'scripts/check/width.py'
add 'README shows the examples as they are'      'scripts/check/readme.py'
add 'files that comments and pages name exist'   'scripts/check/paths.py'
add 'the page draws the rooms of the code'       'scripts/check/rooms.py --check'
add 'every public member has a page'           "scripts/check/reference.py $build"
add 'the reference leads nowhere in vain'       "scripts/check/sitecheck.py $build"
add 'the house keeps its measures'               'scripts/check/house.py'
add 'packages know what the build makes'           "scripts/check/packages.py $build"
add "each file's licence is said"                  'scripts/check/licences.py'
add 'each check rejects what it is there for'    'scripts/check/test-checks.sh'

status=0
number=0
for index in "${!names[@]}"; do
    result=0
    output=$(${commands[$index]} 2>&1) || result=$?
    if [ "$result" -eq 78 ]; then
        echo "# not here: ${names[$index]}: $output"
        continue
    fi
    number=$((number + 1))
    if [ "$result" -eq 77 ]; then
        echo "ok $number - ${names[$index]} # SKIP $output"
        continue
    fi
    if [ "$result" -ne 0 ]; then
        echo "not ok $number - ${names[$index]}"
        sed "s|^|# |" <<< "$output"
        status=1
    else
        echo "ok $number - ${names[$index]}"
    fi
done
echo "1..$number"
exit "$status"
