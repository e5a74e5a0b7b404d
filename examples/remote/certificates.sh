#!/bin/sh
# Makes what nats-server.conf beside this file needs: a certificate authority of one's own (ca.pem, ca.key),
# the server's certificate (server.pem, server.key) and one for each user (NAME.pem, NAME.key).
# The authority's key, ca.key, belongs on no machine that is reached from elsewhere.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 FOLDER SERVER-HOST [USER...]" >&2; exit 2; }
folder=$1 host=$2
shift 2
umask 077
mkdir -p "$folder"
cd "$folder"

# certificate NAME COMMON-NAME [OPENSSL-OPTION...]
certificate() {
    name=$1 common=$2
    shift 2
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=$common" \
        -keyout "$name.key" -out "$name.pem" "$@" 2> openssl.log || { cat openssl.log >&2; exit 1; }
}

# The authority is made once: what it has signed stays good when users are added.
[ -e ca.key ] || certificate ca "card readers" -addext "keyUsage=critical,keyCertSign"
[ -e server.key ] || certificate server "$host" -CA ca.pem -CAkey ca.key -addext "subjectAltName=DNS:$host" \
    -addext "basicConstraints=critical,CA:FALSE"
for user; do
    certificate "$user" "$user" -CA ca.pem -CAkey ca.key -addext "basicConstraints=critical,CA:FALSE"
done
rm -f openssl.log
