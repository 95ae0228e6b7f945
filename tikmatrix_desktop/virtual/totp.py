"""The codes of authenticator apps (RFC 6238), as the apps' servers check them."""

import base64
import hmac

DIGITS = 6
_PERIOD = 30


def valid_codes(secret: str, at: float) -> set[str]:
    """Return the codes of RFC 6238 that a server takes at a time: the current and its neighbours.

    `secret` is Base32, `at` in seconds since the epoch.
    """
    plain = secret.replace(" ", "").upper()
    key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    step = int(at) // _PERIOD
    return {_code(key, number) for number in (step - 1, step, step + 1)}


def _code(key: bytes, number: int) -> str:
    digest = hmac.digest(key, number.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 15
    value = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{value % 10**DIGITS:0{DIGITS}d}"
