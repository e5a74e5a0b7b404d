#!/usr/bin/env bash
# with-pcscd.sh and demo.sh say why they cannot run something beside a PC/SC service, and what to do about it:
#   test_with_pcscd.sh SCARD WITH_PCSCD DEMO
# What is missing is played in a mount namespace: another file lies over the one that is meant.
set -u
with_pcscd=$2 demo=$3
set -- "$1" sim
. "$(dirname "$0")/tap.sh"
scard=$(readlink -f "$scard")
namespace=(unshare --mount --propagation private)
"${namespace[@]}" true 2> "$scratch/why" || { echo "1..0 # SKIP $(cat "$scratch/why")"; exit 0; }
export SCRATCH=$scratch SCARD=$scard

# refuses NAME CODE SCRIPT TEXT... -- COMMAND...: after SCRIPT in a namespace of its own, COMMAND ends with
# CODE and its stderr has each TEXT.
refuses() {
    local name=$1 code=$2 script=$3 result text
    shift 3
    local texts=()
    while [ "$1" != -- ]; do
        texts+=("$1")
        shift
    done
    shift
    timeout 120 "${namespace[@]}" bash -c "set -e; $script
exec \"\$@\"" bash "$@" > "$scratch/out" 2> "$scratch/err"
    result=$?
    {
        [ "$result" -eq "$code" ] || echo "exit code $result instead of $code"
        [ ! -s "$scratch/out" ] || cat "$scratch/out"
        for text in "${texts[@]}"; do
            grep -qF -- "$text" "$scratch/err" || { echo "'$text' is not in:"; cat "$scratch/err"; }
        done
    } > "$scratch/why"
    verdict "$name"
}
pcscd=$(PATH=$PATH:/usr/sbin command -v pcscd)
driver=$(readlink -f /usr/lib/pcsc/drivers/serial/libifdvpcd.so)
[ -x "$pcscd" ] && [ -e "$driver" ] || { echo "1..0 # SKIP pcscd or its virtual reader is not installed"; exit 0; }

refuses 'no command' 99 : 'with-pcscd.sh: no command given: with-pcscd.sh [--serve SCARD]' -- "$with_pcscd"
refuses 'an unknown option' 99 : "with-pcscd.sh: there is no option '--server'" -- "$with_pcscd" --server true
refuses 'an option without its value' 99 : 'with-pcscd.sh: --serve wants the path of scard' -- "$with_pcscd" --serve
refuses 'a tool that is not there' 99 : "with-pcscd.sh: there is no program '$scratch/no': build it first (make)" -- \
    "$with_pcscd" --serve "$scratch/no" true
refuses 'no pcscd' 99 "mount --bind /dev/null '$pcscd'" 'the PC/SC service (pcscd) is not installed: ' \
    'apt-get install pcscd vsmartcard-vpcd' -- "$with_pcscd" true
refuses 'no driver' 99 "mount -t tmpfs tmpfs '$(dirname "$driver")'" "the virtual reader's driver (vpcd) is not installed: " \
    'apt-get install pcscd vsmartcard-vpcd' -- "$with_pcscd" true
printf '#!/bin/sh\necho "this pcscd is broken"\nexit 1\n' > "$scratch/broken"
chmod +x "$scratch/broken"
refuses 'a pcscd that does not start' 99 "mount --bind '$scratch/broken' '$pcscd'" '  | this pcscd is broken' \
    "with-pcscd.sh: pcscd did not start: see above; 'pcscd --foreground --debug' as root says more" -- "$with_pcscd" true
refuses 'a driver that cannot be loaded' 99 "mount --bind '$scratch/broken' '$driver'" 'with-pcscd.sh: pcscd said:' \
    'with-pcscd.sh: pcscd runs, but its virtual reader does not listen at port ' 'reinstall vsmartcard-vpcd' -- "$with_pcscd" true
refuses 'a card that there is not' 99 : "with-pcscd.sh: 'scard sim serve' said:" '  | scard: nix:1: image: no such card image' \
    'with-pcscd.sh: the served card did not appear in the reader: see above' -- "$with_pcscd" --serve "$scard" --image nix true

# Without namespaces: the place of the machine's own service, where that runs, and where nobody may write.
mkdir "$scratch/bin"
printf '#!/bin/sh\necho "unshare: unshare failed: Operation not permitted" >&2\nexit 1\n' > "$scratch/bin/unshare"
chmod +x "$scratch/bin/unshare"
# shellcheck disable=SC2016 # for the shell in the namespace
without='mkdir -p /run/pcscd; mount -t tmpfs tmpfs /run/pcscd; PATH=$SCRATCH/bin:$PATH'
refuses "no namespace, and the machine's own service" 99 \
    "$without; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"/run/pcscd/pcscd.comm\")'" \
    'no right to make a namespace here (unshare: unshare failed: Operation not permitted), and the machine' \
    'systemctl stop pcscd.socket pcscd' 'run this as root' -- "$with_pcscd" true
refuses 'no namespace, and no right to write' 99 "$without; mount -o remount,ro /run/pcscd" \
    'Operation not permitted), and none to write /run/pcscd: run this as root' -- "$with_pcscd" true

refuses 'a demo of nothing' 2 : "demo.sh: which build? demo.sh BUILD_DIR; 'make demo' builds first" -- "$demo"
refuses 'a demo that is not built' 2 : "demo.sh: $scratch/tools/scard/scard is not built: 'make demo' does that" -- "$demo" "$scratch"
mkdir -p "$scratch/build/tools/scard"
ln -s "$scard" "$scratch/build/tools/scard/scard"
refuses 'a demo on a service that is not there' 99 "mount --bind /dev/null '$pcscd'; export SCARDSSP_RM=system" \
    'the PC/SC service (pcscd) is not installed: ' 'demo.sh: without the PC/SC service the tour is the same: make demo' -- \
    "$demo" "$scratch/build"
finish
