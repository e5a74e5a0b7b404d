"""What the tests of the package scardssp share. The simulator's readers are plugged in by the plugin's own
fixtures."""
import os
import re

import pytest

pytest_plugins = ["pytester"]

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SELECT_FILE = bytes.fromhex("00A4000C020002")
READ_BINARY = bytes.fromhex("00B0000005")
GREETING = b"Hello\x90\x00"


def source(*path):
    """A file of the project, without the comments of C."""
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


@pytest.fixture
def reset_by_other(scardssp_reader):
    """A function that plays another program which resets the card."""
    import scardssp

    def reset():
        with scardssp.Card(scardssp_reader.name) as other:
            other.reattach(scardssp.RESET)

    return reset
