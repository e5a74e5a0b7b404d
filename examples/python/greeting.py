"""Reads a file, whatever other programs do to the card meanwhile: plain bytes in and out.

    python3 greeting.py [READER]        without a name: the first reader with a card
"""
import sys

import scardssp

SELECT_FILE = bytes.fromhex("00A4000C020002")
READ_BINARY = bytes.fromhex("00B0000018")


def prepare(card: scardssp.Card) -> None:
    """What the card must know before it is of use; repeated after each reset by another program."""
    card.transmit(SELECT_FILE)


def main() -> int:
    try:
        with scardssp.Card(sys.argv[1] if len(sys.argv) > 1 else None, prepare=prepare) as card:
            data, sw = card.send(READ_BINARY)
    except scardssp.SCardError as error:
        print("greeting: %s" % error.advice, file=sys.stderr)
        return 1
    print(data.decode("ascii") if sw == 0x9000 else scardssp.sw_text(sw))
    return 0


if __name__ == "__main__":
    sys.exit(main())
