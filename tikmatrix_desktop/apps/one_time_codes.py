"""The codes of authenticator apps, from the secret an app shows when it is set up (RFC 6238)."""

import re
from typing import ClassVar

from pyotp.totp import TOTP

_CODE_SECONDS = 30
_FILLERS = re.compile(r"[\s-]+")


class BadSecret(ValueError):
    """The secret is no Base32."""


class _Authenticator(TOTP):
    min_secret_length_bits: ClassVar[int] = 80
    """Apps do hand out secrets as short as that, which pyotp takes only when told to."""


def one_time_code(secret: str, at: float) -> str:
    """Return the six digits for a time in seconds since the epoch.

    `secret` is Base32 in either case, with blanks or dashes in it or not. Raises `BadSecret`.
    """
    try:
        return _Authenticator(_FILLERS.sub("", secret).upper(), interval=_CODE_SECONDS).at(at)
    except ValueError as error:
        raise BadSecret("the secret of the authenticator app is no Base32") from error
