"""Asks the card in the first reader for 8 random bytes: one script for Windows and for Linux.

On Windows, with pywin32 and the DLL registered:      python challenge.py [READER]
On Linux, with the package scardssp:       python3 -m scardssp challenge.py [READER]
Without a reader: SCARDSSP_RM=sim. packaging/windows/try.vbs is the same for cscript.
"""
import sys

import pythoncom
from win32com.client import Dispatch

SHARED, T0_OR_T1, LEAVE = 2, 3, 0


def main() -> int:
    card = Dispatch("SCardSSP.SCard")
    readers = sys.argv[1:] or card.ListReadersArray()
    if not readers:
        print("There is no reader. With SCARDSSP_RM=sim there are simulated ones.")
        return 1
    print("Reader: " + readers[0])
    try:
        card.AttachByReader(readers[0], SHARED, T0_OR_T1)
        command = Dispatch("SCardSSP.SCardCmd")
        command.BuildCmd(0, 0x84, 0, 0, None, 8)  # GET CHALLENGE, ISO/IEC 7816-4
        card.Transaction(command)
        print("Reply:  %d bytes, status %04X" % (command.ApduReplyLength, command.ReplyStatus & 0xFFFF))
        card.Detach(LEAVE)
    except pythoncom.com_error as error:
        print("Failed: 0x%08X, %s" % (error.excepinfo[5] & 0xFFFFFFFF, error.excepinfo[2]))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
