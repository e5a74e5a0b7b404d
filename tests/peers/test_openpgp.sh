#!/usr/bin/env bash
# OpenSC's tools and GnuPG's scdaemon with the simulator's OpenPGP card, which a real PC/SC service has in its
# reader:
#   test_openpgp.sh SCARD WITH_PCSCD
# Skipped, aloud, where the tools are missing or the service cannot be started; scdaemon's cases where it is.
set -u
. "$(dirname "$0")/../support/kits/tap.sh"
skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
if [ -z "${SCARDSSP_VPCD_PORT-}" ]; then
    for tool in openpgp-tool pkcs15-tool pkcs11-tool openssl; do
        command -v "$tool" > /dev/null || skip "$tool is not installed: scripts/install-deps.sh check (Debian: apt-get install opensc openssl)"
    done
    said=$(mktemp)
    trap 'rm -f "$said"' EXIT
    "$2" --serve "$1" --image openpgp -- bash "$0" "$@" 2> "$said"
    code=$?
    [ $code -ne 99 ] || skip "$(head -n 1 "$said")"
    cat "$said" >&2
    exit $code
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
limit=(timeout --kill-after 5 60)
cd "$scratch" || exit 1
head -c 32 /dev/urandom > hash

# tells LINE... : what openpgp-tool says of the card has these lines.
tells() {
    local line
    "${limit[@]}" openpgp-tool -C -K -U > said 2>&1
    sed -i 's/: */: /' said
    for line in "$@"; do
        grep -q -x -F "$line" said || { echo "not there: $line"; cat said; return 1; }
    done
}
pin() { # a password, by its name and value; or that it is refused
    "${limit[@]}" openpgp-tool --verify "$1" --pin "$2" > said 2>&1 || { cat said; return 1; }
}
wrong() { ! pin "$@" > /dev/null; }
certificate() {
    "${limit[@]}" pkcs15-tool --read-certificate 03 > certificate.pem 2> said &&
        openssl x509 -in certificate.pem -noout -subject | grep -q -E 'CN ?= ?OpenPGP Authentication' || { cat said; return 1; }
}
# key ID: the public key, as the card tells it.
key() {
    "${limit[@]}" pkcs15-tool --read-public-key "$1" > "key$1.pem" 2> said && openssl pkey -pubin -in "key$1.pem" -noout ||
        { cat said; return 1; }
}
signs_ec() {
    key 03 && openssl x509 -in certificate.pem -noout -pubkey | cmp - key03.pem &&
        "${limit[@]}" pkcs11-tool --login --pin 123456 --id 03 --sign --mechanism ECDSA --signature-format openssl \
            --input-file hash --output-file signature > said 2>&1 &&
        openssl pkeyutl -verify -pubin -inkey key03.pem -in hash -sigfile signature > verdict || { cat said verdict; return 1; }
}
signs_rsa() {
    key 01 && "${limit[@]}" pkcs15-crypt --sign --key 01 --pin 123456 --pkcs1 --sha-256 --raw \
        --input hash --output signature > said 2>&1 &&
        openssl pkeyutl -verify -pubin -inkey key01.pem -in hash -sigfile signature -pkeyopt digest:sha256 > verdict ||
        { cat said verdict; return 1; }
}
deciphers() {
    printf 'a session key' > plain
    key 02 && openssl pkeyutl -encrypt -pubin -inkey key02.pem -in plain -out cipher &&
        "${limit[@]}" pkcs15-crypt --decipher --key 02 --pin 123456 --pkcs1 --raw --input cipher --output back > said 2>&1 &&
        cmp plain back || { cat said; return 1; }
}

tap_check 'what the card is' tells 'Version: 3.4' 'Serial number: 00000001' 'Account: erika' 'Name: Mustermann Erika' \
    'Language: de,en' 'Sig Algorithm: RSA2048' 'Dec Algorithm: RSA2048' 'Aut Algorithm: ECDSA'
tap_check 'PW1' pin CHV2 123456
tap_check 'PW1, wrong' wrong CHV2 654321
tap_check 'PW1 again' pin CHV1 123456
tap_check 'PW3' pin CHV3 12345678
tap_check 'the certificate' certificate
tap_check 'a signature on P-256' signs_ec
tap_check 'a signature by RSA' signs_rsa
tap_check 'a message is deciphered' deciphers

# scdaemon by its own words: what it learns of the card, a signature.
daemon=/usr/lib/gnupg/scdaemon
[ -x "$daemon" ] || daemon=/usr/libexec/scdaemon
scd() {
    mkdir -p -m 700 home
    printf 'disable-ccid\npcsc-shared\n' > home/scdaemon.conf
    printf '%s\n' "$@" | "${limit[@]}" "$daemon" --homedir home --server > said 2>&1
}
learns() {
    local word
    scd 'SERIALNO openpgp' 'LEARN --force' BYE
    for word in 'S SERIALNO D276000124010304FFFE000000010000' 'S DISP-NAME Mustermann<<Erika' 'S LOGIN-DATA erika' \
            'S KEY-FPR 1 4F5F943D169BF8EDF60477E03B76B6CB77B9BEBC' 'S SIG-COUNTER '; do
        grep -q -F "$word" said || { echo "not there: $word"; cat said; return 1; }
    done
}
if [ -x "$daemon" ]; then
    tap_check 'scdaemon learns the card' learns
else
    tap_skip 'scdaemon learns the card' 'scdaemon is not installed'
fi
tap_plan
