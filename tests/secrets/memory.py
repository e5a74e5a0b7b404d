"""Finds secrets in the memory of other processes, in every form in which a program may have held them. Used
by the tests of this folder."""
import re

PAGE = 4096
PIECE = 8  # elements of a secret that must not stand beside each other: free() writes over the first 16 bytes


def forms(secret, is_text):
    """All forms of one secret: pairs of a name and a pattern."""
    found = []

    def windows(name, sequence, join):
        step = PIECE // 2
        for at in range(0, max(1, len(sequence) - PIECE + 1), step):
            found.append((name, re.compile(join(sequence[at:at + PIECE]), re.DOTALL)))

    plain = [bytes([b]) for b in secret]
    windows("bytes", plain, lambda piece: b"".join(map(re.escape, piece)))
    windows("UTF-16", plain, lambda piece: b"".join(re.escape(b + b"\0") for b in piece))
    windows("UTF-32", plain, lambda piece: b"".join(re.escape(b + b"\0\0\0") for b in piece))
    windows("a VARIANT each", plain, lambda piece: b".{15}".join(map(re.escape, piece)))
    windows("a VARIANT each", plain, lambda piece: b".{23}".join(map(re.escape, piece)))
    windows("backwards", plain[::-1], lambda piece: b"".join(map(re.escape, piece)))
    for pattern in ("%02X", "%02x"):
        for between in (b"", b" ", b":", b"\0"):
            digits = [(pattern % b).encode() for b in secret]
            if between == b"\0":
                digits = [bytes([d[0], 0, d[1], 0]) for d in digits]
                windows("hexadecimal, UTF-16", digits, lambda piece: b"".join(piece))
            else:
                windows("hexadecimal", digits, lambda piece: between.join(piece))
    if is_text:
        packed = bytes.fromhex(secret.decode())
        found.append(("BCD", re.compile(re.escape(packed))))
        swapped = bytes((b << 4 | b >> 4) & 0xFF for b in packed)
        found.append(("BCD, halves swapped", re.compile(re.escape(swapped))))
    return found


def regions(process):
    """What the process may have written to: start, end, name and flags of each region."""
    line = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)$")
    here = None
    with open("/proc/%d/smaps" % process) as smaps:
        for text in smaps:
            match = line.match(text)
            if match:
                here = (int(match[1], 16), int(match[2], 16), match[4], match[3])
            elif text.startswith("VmFlags:") and here and here[3].startswith("rw"):
                yield here[:3] + (text.split()[1:],)


def runs(start, content):
    """Address and bytes of what is not empty pages, pages that follow each other in one piece."""
    first = None
    for at in range(0, len(content) + PAGE, PAGE):
        page = content[at:at + PAGE]
        if page.strip(b"\0"):
            first = at if first is None else first
        elif first is not None:
            yield start + first, content[first:at]
            first = None


def contents(process, dumpable=True):
    """Address, name and bytes of what is in memory; dumpable: that alone which a core dump has."""
    with open("/proc/%d/mem" % process, "rb", 0) as memory:
        for start, end, name, flags in regions(process):
            if dumpable and "dd" in flags:
                continue
            parts = []
            try:
                memory.seek(start)
                while sum(map(len, parts)) < end - start:
                    parts.append(memory.read(end - start - sum(map(len, parts))))
            except OSError:
                pass  # memory of a device
            for at, content in runs(start, b"".join(parts)):
                yield at, name, content


def look(where, secrets):
    """Each find as a line of text. where: address, name and bytes, as contents() gives them."""
    finds = []
    known = [(label, form, pattern) for label, secret, is_text in secrets for form, pattern in forms(secret, is_text)]
    for start, name, content in where:
        for label, form, pattern in known:
            for match in list(pattern.finditer(content))[:3]:
                at = match.start()
                around = content[max(0, at - 16):at + 48].hex()
                finds.append("%s, %s, at %x in %s: %s" % (label, form, start + at, name or "memory", around))
    return finds
