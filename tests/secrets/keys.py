"""The secret numbers of private keys, taken out of their PEM text."""
import base64
import json
import re

SEQUENCE, INTEGER, BYTES = 0x30, 0x02, 0x04


def elements(der):
    """Tag and content of each object."""
    while der:
        size, head = der[1], 2
        if size & 0x80:
            head += size & 0x7F
            size = int.from_bytes(der[2:head], "big")
        yield der[0], der[head:head + size]
        der = der[head + size:]


def numbers_of(pem):
    """Name and bytes of each secret number of a key in PKCS #8: RSA, or on P-256."""
    der = base64.b64decode(re.sub("-----[A-Z ]+-----", "", pem))
    _, _, (_, wrapped), *_ = elements(next(elements(der))[1])
    parts = list(elements(next(elements(wrapped))[1]))
    if len(parts) < 9:
        return [("private key on P-256", parts[1][1])]
    names = ("private exponent", "prime 1", "prime 2", "exponent 1", "exponent 2", "coefficient")
    return [("RSA " + name, content.lstrip(b"\0")) for name, (_, content) in zip(names, parts[3:])]


def secrets_of(image, references):
    """Of the keys with these references in a card image: label, bytes, and that they are no digits."""
    found = []
    with open(image) as file:
        directories = json.load(file)["mf"]["files"]
    for directory in directories:
        for key in directory.get("keys", ()):
            if key["reference"] in references:
                found += [(name, value, False) for name, value in numbers_of(key["private"]["pem"])]
    return found
