#!/usr/bin/env bash
# scard sim: images, check, and serve where there is nobody to serve.
. "$(dirname "$0")/../tap.sh"
images=$3
image_names="demo, gsm, app, usim, piv, openpgp"

hint="
Try 'scard sim --help'."
check 'no command' 2 '' "scard sim: which command?$hint" sim
check 'an unknown command' 2 '' "scard sim: there is no command 'server'; is 'serve' meant?$hint" sim server
check '--rm has no meaning' 2 '' "scard: --rm does not go with 'sim', which uses the simulator
Try 'scard --help'." --rm system sim images
check 'images' 0 "demo  files of every kind, PINs, keys, data objects, applications; T=0 and T=1
      ATR $atr
gsm   a SIM per GSM 11.11: class A0, CHV1, phone book
      ATR $gsm_atr
app   a card that is chosen by application identifiers (AID)
      ATR $app_atr
usim  a UICC with a USIM per TS 102 221, TS 31.102: AUTHENTICATE, phone book; also class A0
      ATR $usim_atr
piv   a card per NIST SP 800-73-4 with RSA and P-256 keys: certificates, signatures
      ATR $piv_atr
openpgp a card of the OpenPGP application 3.4: data objects, PW1 and PW3, RSA and P-256 keys
      ATR $openpgp_atr" '' sim images

check 'a good image' 0 "$images/gsm.json: good
  Simulated Reader 00: ATR $gsm_atr" '' sim check "$images/gsm.json"
cat > "$scratch/readers.json" <<'JSON'
{"format": "scardssp-readers", "version": 1,
 "readers": [{"name": "First", "card": "app"}, {"name": "Second"}]}
JSON
check 'a good list of readers' 0 "$scratch/readers.json: good
  First: ATR $app_atr
  Second: empty" '' sim check "$scratch/readers.json"
printf '{"format": "scardssp-readers", "version": 1, "readers": []}\n' > "$scratch/none.json"
check 'a list without readers' 0 "$scratch/none.json: good" '' sim check "$scratch/none.json"
printf '{\n  "format": "scardssp-card",\n  "version": 1,\n' > "$scratch/cut.json"
check 'not JSON' 1 '' "scard: $scratch/cut.json:4: json: syntax error" sim check "$scratch/cut.json"
sed 's/"protocols": \["T=0", "T=1"\]/"protocols": ["T=7"]/' "$images/demo.json" > "$scratch/bad.json"
check 'a bad field is named' 1 '' "scard: $scratch/bad.json:5: protocols[0]: must be \"T=0\" or \"T=1\"" sim check "$scratch/bad.json"
check 'no such file' 1 '' \
    "scard: $scratch/nothing:1: image: no such card image (neither a readable file nor one of $image_names)" \
    sim check "$scratch/nothing"
check 'no file' 2 '' "scard sim check: takes one FILE
Try 'scard sim check --help'." sim check
check 'an empty name' 1 '' "scard: '' is no name of a file; give the path of a card image or of a list of readers" sim check ''

# Port 1 (tcpmux) of this machine: nobody listens there. And no PC/SC service is asked: its socket is said to
# be elsewhere.
export PCSCLITE_CSOCK_NAME=$scratch/no-socket
served='scard: cannot serve the card'
filter='s/\(the PC\/SC service\) \(is not installed\|does not run\)[;,].*/\1 .../'
check 'nobody to serve, no service' 1 '' \
    "$served: SCARD_E_NO_SERVICE (0x8010001D): 127.0.0.1:1: nobody listens there: the PC/SC service ..." sim serve --port 1
filter=
check 'nobody to serve on another machine' 1 '' \
    "$served: SCARD_E_READER_UNAVAILABLE (0x80100017): 256.256.256.256:35963: there is no host of this name; check it" \
    sim serve --host 256.256.256.256
check 'a protocol that the card has not' 1 '' 'scard: 127.0.0.1:1: protocol: the card does not have it; let it choose (0, any)' \
    sim serve --port 1 --image gsm --protocol t1
check 'an image that is not there' 1 '' \
    "scard: $scratch/nothing:1: image: no such card image (neither a readable file nor one of $image_names)" \
    sim serve --port 1 --image "$scratch/nothing"
check 'port 0' 2 '' "scard sim serve: --port wants a number from 1 to 65535
Try 'scard sim serve --help'." sim serve --port 0
check 'a port too high' 2 '' "scard sim serve: --port wants a number from 1 to 65535
Try 'scard sim serve --help'." sim serve --port 65536
check 'serve takes no arguments' 2 '' "scard sim serve: takes no arguments, but there is 'gsm'
Try 'scard sim serve --help'." sim serve gsm
check 'images takes no arguments' 2 '' "scard sim images: takes no arguments, but there is 'gsm'
Try 'scard sim images --help'." sim images gsm

# Ctrl-C while still trying to connect.
"$scard" sim serve --port 1 --wait 60 > "$scratch/serve" 2>&1 &
serving=$!
sleep 0.5
kill -INT "$serving"
wait "$serving"
code=$?
{
    [ $code -eq 0 ] || echo "exit code $code"
    diff -u - "$scratch/serve" <<<'Stopped before a reader answered.'
} > "$scratch/why"
verdict 'Ctrl-C while nobody answers'
finish
