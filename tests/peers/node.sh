#!/usr/bin/env bash
# Node.js: the PC/SC bindings @pokusew/pcsclite and smartcard, built for the run as npm has them, over our
# PC/SC library: on the simulator and at a virtual reader of the program's own. On demand:
#   node.sh BUILD
# BUILD is a build folder. Wants npm, node with its headers (Debian: apt-get install npm libnode-dev) and
# libpcsclite-dev. Reports in TAP.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
here=$(realpath "$(dirname "$0")")
. "$here/../tools/tap.sh" "$(realpath "$1")/tools/scard/scard"
set +e
. "$here/virtual.sh"
virtual vpcd
cd "$scratch" || exit 1
# Headers that are not fetched, but those of the node that is here.
npm_config_nodedir=$(realpath "$(dirname "$(realpath "$(command -v node)")")/..") \
    npm install --no-audit --no-fund @pokusew/pcsclite smartcard > npm 2>&1 ||
    { sed 's/^/# /' npm; echo 'Bail out! the bindings could not be built: see the head of this script'; exit 1; }

cat > pcsclite.js <<'JS'
// Ends by itself only when every reader is closed: left by exit.
const pcsc = require('@pokusew/pcsclite')();
const failed = error => { console.log('failed:', error.message); process.exit(1); };
pcsc.on('error', failed);
pcsc.on('reader', reader => {
    reader.on('error', failed);
    reader.on('status', status => {
        if (reader.name !== process.argv[2] || !(status.state & reader.SCARD_STATE_PRESENT) || reader.connected) return;
        console.log(reader.name, status.atr.toString('hex'));
        reader.connect({ share_mode: reader.SCARD_SHARE_SHARED }, (error, protocol) => {
            if (error) failed(error);
            reader.transmit(Buffer.from('00A4000C023F00', 'hex'), 40, protocol, (error, answer) => {
                if (error) failed(error);
                console.log(answer.toString('hex'));
                reader.disconnect(error => error ? failed(error) : process.exit(0));
            });
        });
    });
});
JS
cat > smartcard.js <<'JS'
const { Devices } = require('smartcard');
const devices = new Devices();
devices.on('error', error => { console.log('failed:', error.message); process.exit(1); });
devices.on('card-inserted', async ({ reader, card }) => {
    if (reader.name !== process.argv[2]) return;
    console.log(reader.name, card.atr.toString('hex'));
    console.log((await card.transmit([0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00])).toString('hex'));
    devices.stop();
    process.exit(0);
});
devices.start();
JS

# answers PROGRAM OVER READER: the card's name by its ATR, and its answer.
answers() {
    timeout --kill-after 5 60 "$scard" run --rm "$2" -- node "$1" "$3" > said 2>&1 &&
        diff <(sed -E 's/3b8c8[01]31fe458031e073f741db5444454d4f9[ef]/ATR/' said) <(printf '%s\n' "$3 ATR" 9000) || { cat said; return 1; }
}
put demo
for binding in pcsclite smartcard; do
    tap_check "$binding: on the simulator" answers $binding.js "sim:$here/readers.json" 'Simulated 00'
    tap_check "$binding: at a virtual reader, to which the card comes" answers $binding.js "$over" "$first"
done
tap_plan
