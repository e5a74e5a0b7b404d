#!/usr/bin/python3
"""Runs vsmartcard's card emulator (vicc) as Debian packages it; its arguments are vicc's own. Called by
test_vicc.sh.

Release 3.3 is from the time of Python 2 and needs help with Python 3: Python does not look where its
modules lie, the library of ciphers has another name by now, data objects cannot be packed, and a command
that wants no data ends the program."""
import importlib.util
import runpy
import shutil
import socket
import sys


def find_modules():
    """Adds the folder where Debian has vicc's modules to those of Python."""
    if importlib.util.find_spec("virtualsmartcard") is None:
        sys.path.append("/usr/lib/python3/site-packages/virtualsmartcard")


def name_ciphers():
    """PyCryptodome under the name of PyCrypto, whose interface it has."""
    if importlib.util.find_spec("Crypto") is None:
        import Cryptodome

        sys.modules["Crypto"] = Cryptodome


def octets(number):
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def pack(objects, recalculate_length=False):
    """BER-TLV data objects, of triples: tag, length, and value or more triples. The lengths are those of the
    values, as they must be."""
    packed = b""
    for tag, _, value in objects:
        if not isinstance(value, bytes):
            value = pack(value)
        length = octets(len(value))
        if len(value) > 0x7F:
            length = bytes([0x80 | len(length)]) + length
        packed += octets(tag) + length + value
    return packed


def mend_packing():
    from virtualsmartcard import TLVutils

    try:
        TLVutils.pack([(0x80, 1, b"\0")])
    except TypeError:
        TLVutils.pack = pack


def mend_lengths():
    """A command without Le expects no byte; None cannot be compared with a number."""
    from virtualsmartcard.utils import C_APDU

    expected = C_APDU.effective_Le.fget
    C_APDU.effective_Le = property(lambda command: expected(command) or 0)


class PromptSocket(socket.socket):
    """Acknowledges at once. The reader's driver sends a command's length first, and the command itself when
    that has been acknowledged, for which the kernel would take 40 ms."""

    def recv(self, *arguments):
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return super().recv(*arguments)


program = shutil.which("vicc")
if program is None:
    sys.exit("vicc.py: vicc is not installed (Debian: apt-get install vsmartcard-vpicc)")
find_modules()
name_ciphers()
mend_packing()
mend_lengths()
socket.socket = PromptSocket
sys.argv[0] = program
runpy.run_path(program, run_name="__main__")
