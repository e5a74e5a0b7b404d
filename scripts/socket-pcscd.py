#!/usr/bin/env python3
"""Plays the part of systemd for pcscd.socket and pcscd.service: socket-pcscd.py SOCKET PCSCD [OPTION...]

Listens at SOCKET. The first client starts PCSCD --foreground --auto-exit OPTION..., which gets the listening
socket as descriptor 3 (LISTEN_FDS, LISTEN_PID: sd_listen_fds(3)); when it has ended, the next client starts
it anew. Prints a line each time. Ends with SIGTERM, and PCSCD with it. Called by with-pcscd.sh --socket.
"""
import ctypes
import os
import select
import signal
import socket
import sys

PR_SET_PDEATHSIG = 1


def become(listener, command):
    """What the new process does; it does not return."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)  # where it was 3 already, it closes with exec
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
        # For tests: what makes its minute shorter, and is for nobody else.
        preload = os.environ.pop("PCSCD_PRELOAD", None)
        if preload:
            os.environ["LD_PRELOAD"] = preload
        os.execv(command[0], command)
    finally:
        os._exit(127)


def main():
    path, command = sys.argv[1], [sys.argv[2], "--foreground", "--auto-exit", "--critical", *sys.argv[3:]]
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen(64)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        select.select([listener], [], [])
        service = os.fork()
        if service == 0:
            become(listener, command)
        print("started", service, flush=True)
        try:
            os.waitpid(service, 0)
        except SystemExit:
            os.kill(service, signal.SIGKILL)
            raise
        print("ended", service, flush=True)


if __name__ == "__main__":
    main()
