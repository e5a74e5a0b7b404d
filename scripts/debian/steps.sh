#!/usr/bin/env bash
# What a newcomer does, from an empty Debian system to a program of his own, every step as the README has it;
# then the tests:
#   debian/steps.sh FOLDER quick|linux|all
# FOLDER/scardssp.git is cloned. quick: no tests; linux: those of the Linux build, which is made with clang
# too; all: those of the Windows builds as well. Prints a line for each step, and the versions of packages
# that were met; all that was said goes to FOLDER/log. A step that fails shows the end of that; without a
# clone the others are not taken. FOLDER/counts: passed, failed, skipped. debian/check.sh runs it, alone in
# the system.
set -uo pipefail
[ $# -eq 2 ] || { sed -n '2,7s/^# //p' "$0" >&2; exit 2; }
repository=$1/scardssp.git log=$1/log counted=$1/counts extent=$2
tree=$HOME/scardssp
. "$(dirname "$0")/step.sh"

install_git() {
    apt-get update && apt-get install -y git make
}

in_tree() { # COMMAND...: as it would be typed there
    cd "$tree" && bash -c "$*"
}

# The lines that the README tells a newcomer to type, without their comments.
first_minute() {
    sed -n '/^<!-- from examples\/first-minute.sh -->$/,/^```$/p' "$tree/README.md" | sed -e '/^<!--/d' -e '/^```/d' -e 's/ *#.*//' -e '/^$/d'
}

# How the README says a program in C is built, with the one that it shows, in a folder of its own.
readme_program() {
    local command
    command=$(grep -E '^cc program\.c .*pkg-config' "$tree/README.md" | head -n 1)
    [ -n "$command" ] || { echo "README.md does not say how a program is built"; return 1; }
    mkdir -p "$HOME/program" && cp "$tree/examples/attach.c" "$HOME/program/program.c" && cd "$HOME/program" || return 1
    echo "\$ $command"
    bash -ec "$command" && SCARDSSP_RM=sim ./a.out | tee said && grep -q '^attached$' said
}

clang_build() {
    cd "$tree" && CC=clang CXX=clang++ meson setup build-clang -Dwerror=true && ninja -C build-clang
}

step 'apt-get install -y git make' install_git
step 'git clone' git clone "$repository" "$tree"
[ "$failed" -eq 0 ] || stopped=1
lines=0 settings=
while read -r line; do
    lines=$((lines + 1))
    if [[ $line == export\ * ]]; then
        settings="$settings$line; "
    else
        step "$line" in_tree "$settings$line"
    fi
done < <(first_minute 2>/dev/null)
[ "$lines" -gt 0 ] || step "README's first minute" false
step "README's C program through pkg-config" readme_program
# The tests of installing begin with a system that has nothing of ours.
step 'make uninstall' in_tree 'make uninstall'
if [ "$extent" != quick ]; then
    export CI=true # a test that is skipped has failed
    check='make check'
    [ "$extent" = all ] || check="$check WINDOWS=no"
    step "$check" in_tree "$check"
    step 'build with clang, warnings as errors' clang_build
fi
printf 'met:'
for package in gcc clang meson libcmocka-dev pcscd vsmartcard-vpcd vsmartcard-vpicc opensc gcc-mingw-w64-x86-64 wine64; do
    # shellcheck disable=SC2016 # dpkg's own variables
    version=$(dpkg-query -W -f '${db:Status-Status} ${Version}' "$package" 2>/dev/null) || continue
    [ "${version%% *}" != installed ] || printf ' %s %s' "$package" "${version#* }"
done
echo
echo "$passed $failed $skipped" > "$counted"
[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ]
