"""A program of pyscard's that meets a fault, for recovery.sh: as recovery_raw.c, by pyscard's own ways."""
import sys
import time

from smartcard.System import readers

CHALLENGE = [0x00, 0x84, 0x00, 0x00, 0x08]
connection = None


def connect():
    """A connection of its own, to the first reader."""
    global connection
    connection = readers()[0].createConnection()
    connection.connect()


def attempt(what, call):
    """Makes a call and tells what it came to, and how long it took. Whether it worked."""
    start = time.monotonic()
    try:
        call()
        said = "works"
    except Exception as error:  # whatever a library may raise is what is looked for
        said = "%s: %s" % (type(error).__name__, str(error).split("\n")[0][:60])
    print("  %-34s %s %8.1f ms" % (what, said, (time.monotonic() - start) * 1000), flush=True)
    return said == "works"


def recover():
    """A command, pyscard's way back, and a command again."""
    attempt("transmit", lambda: connection.transmit(CHALLENGE))
    reconnect = getattr(connection, "reconnect", None)
    if not (reconnect and attempt("reconnect()", reconnect)):
        if not attempt("connect()", connection.connect):
            attempt("a new connection", connect)
    attempt("transmit", lambda: connection.transmit(CHALLENGE))


connect()
connection.transmit(CHALLENGE)
print("ready", flush=True)
for _ in sys.stdin:
    recover()
    print("done", flush=True)
