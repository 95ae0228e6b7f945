"""A release manifest: the release's words, and an Ed25519 signature over exactly these bytes.

{"release": "{\\"version\\": \\"0.2.0\\", …}", "signature": "base64"}
"""

import base64
import binascii
import json
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

from tikmatrix_desktop.domain.update import Release

# Keys sign other things too; what they signed there must not pass for a release.
_CONTEXT = b"TikMatrix Desktop release\n"


class InvalidManifest(ValueError):
    """What came is no manifest that the distributor signed; the message says why."""


class _Envelope(BaseModel):
    model_config = ConfigDict(extra="forbid")

    release: str
    signature: str


def read_manifest(content: bytes, public_key: str) -> Release:
    """Return the release of a manifest; nothing of it is looked at before its signature.

    `public_key` is the key's 32 bytes in base64. Raises `InvalidManifest`.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    except (binascii.Error, ValueError) as error:
        raise InvalidManifest("update_key is no Ed25519 key in base64") from error
    try:
        envelope = _Envelope.model_validate_json(content)
        signature = base64.b64decode(envelope.signature, validate=True)
    except (ValidationError, binascii.Error, ValueError) as error:
        raise InvalidManifest("it is no release manifest") from error
    signed = envelope.release.encode("utf-8")
    try:
        key.verify(signature, _CONTEXT + signed)
    except InvalidSignature as error:
        raise InvalidManifest("its signature is not the distributor's") from error
    try:
        return Release.model_validate(cast("dict[str, Any]", json.loads(signed)))
    except (ValidationError, ValueError) as error:
        raise InvalidManifest("it is for another version of this program") from error


def sign_manifest(release: Release, private_key: Ed25519PrivateKey) -> bytes:
    """Return the manifest of a release."""
    words = release.model_dump_json()
    signature = private_key.sign(_CONTEXT + words.encode("utf-8"))
    envelope = _Envelope(release=words, signature=base64.b64encode(signature).decode("ascii"))
    return envelope.model_dump_json(indent=1).encode("utf-8")
