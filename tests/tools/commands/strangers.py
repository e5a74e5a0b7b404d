#!/usr/bin/env python3
"""Listens at TCP ports as somebody who is no virtual reader's driver: strangers.py BANNER_PORT SILENT_PORT
RUDE_PORT

One greets, as servers of other protocols do; one says nothing; one hangs up. Prints "ready".
test_serve_pcscd.sh calls it.
"""
import select
import socket
import sys

banner, silent, rude = (socket.create_server(("127.0.0.1", int(port))) for port in sys.argv[1:4])
print("ready", flush=True)
kept = []
while True:
    for listener in select.select([banner, silent, rude], [], [])[0]:
        guest = listener.accept()[0]
        if listener is banner:
            guest.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")
        if listener is rude:
            guest.close()
        else:
            kept.append(guest)
