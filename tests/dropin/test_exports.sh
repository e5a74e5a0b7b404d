#!/usr/bin/env bash
# The library that stands in the place of libpcsclite.so.1 exports what that does, each name with the same
# version (none), and nothing else: test_exports.sh LIBRARY SIM. Compared with the one that is installed, and
# with pcsc-lite's headers: a function of a version newer than the one here would be in those. The one for
# tests (SIM) has the hand at its simulated readers and fault scripts besides.
set -euo pipefail
. "$(dirname "$0")/../support/kits/tap.sh"
library=$1 sim=$2

names() { # LIBRARY: name@@version and kind of each symbol; A is a version's own
    nm -D --defined-only --with-symbol-versions "$1" | awk '$2 != "A" { print $3, $2 }' | sort
}
installed() {
    local folder
    for folder in /usr/lib/*/ /lib/*/ /usr/lib/ /usr/local/lib/ /usr/local/lib/*/; do
        [ ! -e "${folder}libpcsclite.so.1" ] || { echo "${folder}libpcsclite.so.1"; return; }
    done
}
as_installed() {
    diff <(names "$(installed)") <(names "$library")
}
declared() {
    # shellcheck disable=SC2046 # a list of words
    echo '#include <winscard.h>' | cc -E $(pkg-config --cflags libpcsclite) - |
        grep -o -w -E 'SCard[A-Z][A-Za-z]*|g_rgSCard[A-Za-z0-9]*|pcsc_stringify_error' | sort -u
}
as_declared() {
    diff <(declared) <(names "$library" | awk '{ print $1 }' | sort)
}
soname() {
    readelf -d "$library" | grep -q 'SONAME.*\[libpcsclite.so.1\]'
}
private() {
    ! nm -D --undefined-only "$library" | grep -i -E 'scard|scardssp'
}

tap_check 'exports what the installed libpcsclite.so.1 does' as_installed
tap_check 'exports what winscard.h declares' as_declared
tap_check 'bears the name libpcsclite.so.1' soname
tap_check 'takes nothing of the kind from others' private
with_hand() {
    diff <(names "$sim" | grep -v -e '^scardssp_sim_' -e '^scardssp_faults') <(names "$library") || return
    diff <(names "$sim" | sed -n 's/^\(scardssp_[a-z_]*\) .*/\1/p') - <<'END'
scardssp_faults
scardssp_faults_file
scardssp_faults_struck
scardssp_sim_clear
scardssp_sim_fault
scardssp_sim_image
scardssp_sim_insert
scardssp_sim_plug
scardssp_sim_put_back
scardssp_sim_remove
scardssp_sim_unplug
END
}
tap_check 'the one for tests has the hand besides' with_hand
tap_plan
