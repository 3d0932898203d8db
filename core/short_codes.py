"""Short codes: a public object in ten characters, for links that are printed, scanned, or a mini-program's scene."""

import base64
import hashlib

LENGTH = 10  # 50 bits: among 100,000 objects a pair with the same code has a chance of 1 in 200,000


def short_code(kind: str, key: str) -> str:
    """``short_code("venue", "china-industrial-museum")``: lower-case base32, the same for ever and without a query."""
    digest = hashlib.sha256(f"{kind}:{key}".encode()).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:LENGTH]
