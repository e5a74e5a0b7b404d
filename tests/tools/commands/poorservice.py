#!/usr/bin/env python3
"""Stands in the place of a PC/SC service that is no good: poorservice.py SOCKET HOW

dead: leaves its socket and ends. silent: never says anything. refusing: hangs up, as pcscd does with whom
polkit forbids. other: speaks another version of the protocol. strange: speaks something else. Prints
"ready". test_doctor.sh calls it.
"""
import os
import socket
import struct
import sys

path, how = sys.argv[1:3]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
os.chmod(path, 0o777)
if how != "dead":
    listener.listen()
print("ready", flush=True)
kept = []
while how != "dead":
    guest = listener.accept()[0]
    if how == "silent":
        kept.append(guest)
        continue
    try:
        guest.settimeout(5)
        if how != "refusing" and guest.recv(64):
            guest.sendall({"other": struct.pack("=iiI", 5, 0, 0x8010001E), "strange": b"HTTP/1.1 400 Bad Request"}[how])
            guest.recv(64)
        elif how == "refusing":
            guest.recv(64, socket.MSG_PEEK)
    except OSError:
        pass
    guest.close()
