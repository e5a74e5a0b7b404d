#!/usr/bin/env bash
# scard doctor: each thing that keeps cards from working, and what is said about it. What the machine lacks is
# played in a root folder of the test's own, SCARDSSP_DOCTOR_ROOT, which is for tests alone; services that are
# there and no good are played by a few lines of Python, and beside a real pcscd by what it really does.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
root=$scratch/root
mkdir "$root"
export SCARDSSP_DOCTOR_ROOT=$root

# finds NAME ID EXPRESSION: the doctor's JSON is as its schema says and has one such finding, for which the
# Python expression is true; it knows the finding as `f`. Every fault says what one sees and what to do.
finds() {
    run doctor --json
    like_schema "$1: JSON is as its schema says" doctor
    [ "$code" -le 1 ] || echo "exit code $code" > "$scratch/why"
    json "$1" "[f['id'] for f in it['findings']].count('$2') == 1 and all(f['what'] and (f['grade'] != 'fault' or f['seen'] and (f['remedy'] or f['command'])) for f in it['findings']) and it['healthy'] == ($code == 0) and [f for f in it['findings'] if f['id'] == '$2' and ($3)]"
}

# usb NAME VENDOR PRODUCT CLASS: a device on the USB, as the kernel shows it.
usb() {
    local at=$root/sys/bus/usb/devices
    mkdir -p "$at/$1" "$at/$1:1.0"
    echo "$2" > "$at/$1/idVendor"
    echo "$3" > "$at/$1/idProduct"
    echo 1 > "$at/$1/busnum"
    echo 7 > "$at/$1/devnum"
    echo "$4" > "$at/$1:1.0/bInterfaceClass"
    echo 00 > "$at/$1:1.0/bInterfaceNumber"
}

# bundle NAME VENDOR PRODUCT: a driver that is installed, and says that it drives such a reader.
bundle() {
    local at=$root/usr/lib/pcsc/drivers/test.bundle/Contents
    mkdir -p "$at/Linux"
    printf '<key>CFBundleExecutable</key><string>libtest.so</string><key>ifdVendorID</key><string>0x%s</string><key>ifdProductID</key><string>0x%s</string><key>ifdFriendlyName</key><string>%s</string>' \
        "$2" "$3" "$1" > "$at/Info.plist"
    touch "$at/Linux/libtest.so"
}

# voltages NAME BITS: its descriptors, which say what voltages it gives: 1 is 5 V, 2 is 3 V, 4 is 1.8 V.
voltages() {
    { printf '\11\4\0\0\3\13\0\0\0\66\41\20\1\0'; printf "\\$2"; head -c 48 /dev/zero; } > "$root/sys/bus/usb/devices/$1/descriptors"
}

if [ "$manager" = sim ]; then
    check 'all is well' 0 "ok     Simulated Reader 00: a card answers: Demo card
ok     Simulated Reader 01: a card answers: GSM SIM
ok     Simulated Reader 02: a card answers: Application card

Nothing is wrong that can be seen from here." '' --rm sim doctor
    run doctor --json
    like_schema 'as its schema says' doctor
    json 'in JSON' "it['healthy'] and [(f['grade'], f['id'], f['subject']) for f in it['findings']] == [('ok', 'card', 'Simulated Reader 0%d' % i) for i in range(3)]"
    check 'no reader' 1 "FAULT  there is no reader
       seen:  the list of readers is empty, and the USB has none that can be seen from here
       do:    plug one in, and watch it come; without one, simulated readers do
       type:  scard watch    # or: scard --rm sim list

1 thing is wrong." '' --rm sim: doctor
    check 'no card' 1 "note   Alone: there is no card in it
FAULT  no reader has a card in it
       seen:  all of them say that they are empty
       do:    put one in, chip first and up, to the stop; if that is not seen, the reader's contacts or the card are worn
       type:  scard list --wait

1 thing is wrong." '' --rm "sim:$(dirname "$0")/one-reader.json" doctor
    [ -z "$on_windows" ] || finish

    # Readers of our own that cannot be had.
    touch "$scratch/taken"
    SCARDSSP_RM=vpcd:$scratch/taken "$scard" doctor --json > "$scratch/out" 2> "$scratch/err"
    json 'a backend that does not work' "[(f['id'], f['command']) for f in it['findings']] == [('backend-fails', 'scard list --backends')]"

    # No service: what there is of it.
    manager=system
    export PCSCLITE_CSOCK_NAME=$scratch/pcscd.comm
    finds 'not installed' service-missing "f['command'] == 'sudo apt-get install pcscd' and '$PCSCLITE_CSOCK_NAME' in f['seen']"
    touch "$root/.dockerenv"
    finds 'in a container' service-outside "'-v /run/pcscd' in f['command']"
    rm "$root/.dockerenv"
    mkdir -p "$root/usr/sbin" "$root/run/systemd" "$root/etc/systemd/system/sockets.target.wants" "$root/usr/lib/systemd/system"
    touch "$root/usr/sbin/pcscd"
    finds 'installed, without systemd' service-stopped "f['command'] == 'sudo pcscd'"
    mkdir "$root/run/systemd/system"
    finds 'systemd does not know it' socket-missing "'--reinstall pcscd' in f['command']"
    touch "$root/usr/lib/systemd/system/pcscd.socket"
    finds 'its socket is not enabled' socket-disabled "f['command'] == 'sudo systemctl enable --now pcscd.socket'"
    ln -s /usr/lib/systemd/system/pcscd.socket "$root/etc/systemd/system/sockets.target.wants/pcscd.socket"
    finds 'its socket is stopped' socket-stopped "f['command'] == 'sudo systemctl restart pcscd.socket'"
    check 'the same in words' 1 "FAULT  the PC/SC service is not started
       seen:  pcscd.socket is enabled, but there is no socket $PCSCLITE_CSOCK_NAME
       do:    start it; 'systemctl status pcscd.socket' says what stopped it
       type:  sudo systemctl restart pcscd.socket

1 thing is wrong." '' doctor
    ln -s /dev/null "$root/etc/systemd/system/pcscd.socket"
    finds 'its socket is masked' socket-masked "f['command'].startswith('sudo systemctl unmask pcscd.socket')"

    # A library that cannot be loaded lies under another file, in a namespace.
    library=$(ldconfig -p | sed -n 's/.*libpcsclite\.so\.1 .*=> //p' | head -n 1)
    if [ -n "$library" ] && unshare --mount --propagation private true 2> /dev/null; then
        unshare --mount --propagation private bash -c 'mount --bind /dev/null "$0" && shift 0 && exec "$@"' "$(readlink -f "$library")" \
            "$scard" doctor --json > "$scratch/out" 2> "$scratch/err"
        json 'no library' "[(f['id'], f['command']) for f in it['findings']] == [('library-missing', 'sudo apt-get install libpcsclite1 pcscd')]"
    else
        tap_skip 'no library' 'there is no right to make a namespace here'
    fi

    # Services that are none. play HOW: one that does so with each guest.
    play() {
        rm -f "$PCSCLITE_CSOCK_NAME"
        : > "$scratch/played"
        python3 "$(dirname "$0")/poorservice.py" "$PCSCLITE_CSOCK_NAME" "$1" > "$scratch/played" 2>&1 &
        played=$!
        await ready "$scratch/played"
    }
    stop() {
        kill "$played"
        wait "$played" 2> /dev/null
    }
    play dead
    wait "$played"
    finds 'its socket is left over' service-dead "'systemctl restart pcscd.socket' in f['command'] and 'nobody listens' in f['seen']"
    rmdir "$root/run/systemd/system"
    finds 'the same without systemd' service-dead "'kill \$(cat /run/pcscd/pcscd.pid)' in f['command']"
    mkdir "$root/run/systemd/system"
    play silent
    finds 'it does not answer' service-silent "'restart' in f['command']"
    stop
    play refusing
    finds 'it refuses this user, for want of polkit' service-refuses "f['command'] == 'sudo apt-get install polkitd'"
    mkdir -p "$root/usr/lib/polkit-1"
    touch "$root/usr/lib/polkit-1/polkitd"
    finds 'it refuses this user' service-refuses "'/etc/polkit-1/rules.d/' in f['command'] and 'org.debian.pcsc-lite' in f['command']"
    stop
    play other
    finds 'it is of another version' version-mismatch "'protocol 5:0' in f['seen'] and 'libpcsclite1' in f['command']"
    stop
    play strange
    finds 'it is something else' service-fails "'something else' in f['what']"
    if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --clear-groups "$scard" --version > /dev/null 2>&1; then
        chmod 755 "$scratch"
        chmod 700 "$PCSCLITE_CSOCK_NAME"
        setpriv --reuid 65534 --clear-groups "$scard" doctor --json > "$scratch/out" 2> "$scratch/err"
        json 'its socket may not be opened' "[(f['id'], f['command']) for f in it['findings']] == [('socket-forbidden', \"sudo chmod a+rw '$PCSCLITE_CSOCK_NAME'\")]"
    else
        tap_skip 'its socket may not be opened' 'this is not root, or another user may not reach the tool'
    fi
    stop
    rm -f "$PCSCLITE_CSOCK_NAME"

    # The USB beside the drivers.
    usb 1-1 08e6 3437 0b
    finds 'no driver' no-driver "f['command'] == 'sudo apt-get install libccid' and '0x08E6' in f['seen'] and '08e6:3437' in f['subject']"
    usb 1-1 072f 2200 0b
    echo 'ACR122U' > "$root/sys/bus/usb/devices/1-1/product"
    finds 'no driver, for one of a maker with a package' no-driver "f['command'] == 'sudo apt-get install libacsccid1' and f['subject'] == 'ACR122U (USB 072f:2200)'"
    ln -s ../../../../bus/usb/drivers/pn533_usb "$root/sys/bus/usb/devices/1-1:1.0/driver"
    finds 'a module of the kernel has it' kernel-module "'modprobe -r pn533_usb' in f['command'] and '1-1:1.0' in f['seen']"
    rm "$root/sys/bus/usb/devices/1-1:1.0/driver"
    bundle 'Test Reader' 072F 2200
    rm "$root/usr/lib/pcsc/drivers/test.bundle/Contents/Linux/libtest.so"
    finds 'its driver is not there' driver-missing "'--reinstall' in f['command'] and 'libtest.so' in f['seen'] and f['subject'].startswith('Test Reader')"
    touch "$root/usr/lib/pcsc/drivers/test.bundle/Contents/Linux/libtest.so"
    mkdir -p "$root/dev/bus/usb/001"
    touch "$root/dev/bus/usb/001/007"
    sleep 60 < "$root/dev/bus/usb/001/007" &
    holder=$!
    finds 'a program has it' held-by-program "f['command'] == 'sudo kill $holder' and 'sleep (process $holder' in f['what'] and '/dev/bus/usb/001/007' in f['seen']"
    kill "$holder"
    wait "$holder" 2> /dev/null
    (exec -a scdaemon sleep 60 < "$root/dev/bus/usb/001/007") &
    holder=$!
    until grep -qz '^scdaemon$' "/proc/$holder/cmdline" 2> /dev/null; do sleep 0.05; done
    finds "GnuPG's daemon has it" held-by-program "'gpgconf --kill scdaemon' in f['command']"
    kill "$holder"
    wait "$holder" 2> /dev/null
    finish
fi

# Beside a real service.
finds 'the service answers' service "f['grade'] == 'ok' and 'protocol 4:' in f['seen']"
on 'all is well' 0 "ok     the PC/SC service answers
       seen:  /run/pcscd/pcscd.comm, protocol 4:$(sed -n 's/.*protocol 4:\([0-9]*\).*/\1/p' "$scratch/out")
ok     $reader: a card answers: Demo card
note   Virtual PCD 00 01: there is no card in it

Nothing is wrong that can be seen from here." '' doctor
usb 1-1 08e6 3437 0b
bundle 'Virtual PCD' 08E6 3437
voltages 1-1 4
finds 'a reader on the USB that the service has' usb-reader "f['grade'] == 'ok' and f['subject'] == 'Virtual PCD (USB 08e6:3437)'"
bundle 'Twin Reader' 08E6 3437
finds 'one that it has not' not-listed "'journalctl' in f['remedy'] and f['command'] == 'sudo systemctl restart pcscd.service'"
bundle 'Virtual PCD' 08E6 3437

# A card that stands 5 V only, in a reader that gives 1.8 V only.
python3 - "$(dirname "$0")/../../../src/icc/image/builtin/usim.json" "$scratch/five-volts.json" <<'PY'
import functools
import json
import operator
import sys

image = json.load(open(sys.argv[1], encoding="utf-8"))
atr = bytearray.fromhex(image["atr"])
atr[5] = atr[5] & 0xC0 | 1 # TA3, behind T=15: class A alone
atr[-1] = functools.reduce(operator.xor, atr[1:-1])
image["atr"] = atr.hex(" ").upper()
json.dump(image, open(sys.argv[2], "w", encoding="utf-8"))
PY
"$scard" sim serve --image "$scratch/five-volts.json" --port $((SCARDSSP_VPCD_PORT + 1)) > "$scratch/serve" 2>&1 &
serving=$!
"$scard" --rm system status 1 -n --wait --timeout 20 > /dev/null 2>&1
finds 'the wrong voltage' wrong-voltage "f['subject'] == 'Virtual PCD 00 01' and 'made for 5 V, the reader gives 1.8 V' in f['what']"
voltages 1-1 7
run doctor --json
json 'the right one' "not [f for f in it['findings'] if f['id'] == 'wrong-voltage'] and it['healthy']"
kill -INT "$serving"
wait "$serving"

# Others use the card; one keeps it.
mkfifo "$scratch/commands"
for mode in '' --exclusive; do
    "$scard" --rm system apdu -r 0 $mode - < "$scratch/commands" > "$scratch/used" 2>&1 &
    user=$!
    exec 7> "$scratch/commands"
    echo 00A4000C020002 >&7
    await 9000 "$scratch/used"
    if [ -z "$mode" ]; then
        finds 'the card is used by others' reader-used "f['grade'] == 'note' and 'process $user' in f['what']"
    else
        finds 'the card is kept' reader-held "'process $user' in f['what'] and f['command'] == 'scard who' and 'perhaps' in f['what']"
    fi
    exec 7>&-
    wait "$user"
done

# All of its clients are taken: the next one is refused.
python3 - /run/pcscd/pcscd.comm > "$scratch/guests" 2>&1 <<'PY' &
import socket
import struct
import sys
import time

guests = []
for _ in range(205):
    guest = socket.socket(socket.AF_UNIX)
    guest.settimeout(10)
    try:
        guest.connect(sys.argv[1])
        guest.sendall(struct.pack("=IIiiI", 12, 0x11, 4, 4, 0))
        if len(guest.recv(12)) < 12:
            break
    except OSError:
        break
    guests.append(guest)
print("taken", len(guests), flush=True)
time.sleep(60)
PY
guests=$!
await taken "$scratch/guests"
finds 'no room for another program' service-full "'it takes 200' in f['seen'] and 'scard who' in f['remedy']"
kill "$guests"
wait "$guests" 2> /dev/null
finish
