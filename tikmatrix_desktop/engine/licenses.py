"""Licence keys: signed by the distributor, checked here without any network."""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.license import License, Plan
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.paths import resource

PUBLIC_KEY = "license/public_key.pem"


class LicenseContent(BaseModel):
    """What a key says; the signature covers its exact bytes. No `expires_at`: it never ends."""

    plan: Plan
    device_limit: int = Field(ge=1, le=100_000)
    issued_to: str
    expires_at: AwareDatetime | None = None


class InvalidKey(ValueError):
    """The text is not a licence key of this distributor."""


class Licenses:
    """What is allowed now. A key is verified once; whether it has expired, at each question."""

    def __init__(self, settings: Settings, public_key_pem: bytes | None = None) -> None:
        self._content: LicenseContent | None = None
        self._otherwise = _without_key(settings)
        key = (settings.license_key or "").strip()
        if not key:
            return
        try:
            self._content = read_key(key, public_key_pem or shipped_public_key())
        except InvalidKey as error:
            self._otherwise = _license(Plan.STARTER, f"the licence key is not valid: {error}")

    def current(self, now: datetime | None = None) -> License:
        """Return the licence in force at a moment (now by default)."""
        content = self._content
        if content is None:
            return self._otherwise
        until = content.expires_at
        if until is not None and (now or datetime.now(UTC)) >= until:
            starter = _license(
                Plan.STARTER,
                f"the {content.plan} licence of {content.issued_to} expired on"
                f" {until.date().isoformat()}",
            )
            return starter.model_copy(update={"expires_at": until})
        return License(
            plan_name=content.plan,
            api_enabled=content.plan.has_api,
            device_limit=content.device_limit,
            message=f"licensed to {content.issued_to}",
            expires_at=until,
        )


def read_key(key: str, public_key_pem: bytes) -> LicenseContent:
    """Return what a key says; whether it has expired is not looked at.

    Raises `InvalidKey` when it was not signed with the private half of that public key.
    """
    payload, dot, signature = key.partition(".")
    if not dot:
        raise InvalidKey("it has no signature")
    try:
        content, signed = _decoded(payload), _decoded(signature)
    except (binascii.Error, ValueError) as error:
        raise InvalidKey("it is damaged; copy it again, whole") from error
    try:
        public_key = serialization.load_pem_public_key(public_key_pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InvalidKey("this program carries no usable public key to check it with") from error
    if not isinstance(public_key, Ed25519PublicKey):
        raise InvalidKey("this program carries no usable public key to check it with")
    try:
        public_key.verify(signed, content)
    except InvalidSignature as error:
        raise InvalidKey("its signature is not the distributor's") from error
    try:
        return LicenseContent.model_validate(cast("dict[str, Any]", json.loads(content)))
    except (ValidationError, json.JSONDecodeError) as error:
        raise InvalidKey("it is of another version of the program") from error


def issue_key(
    private_key_pem: bytes,
    *,
    plan: Plan,
    issued_to: str,
    device_limit: int | None = None,
    expires_at: datetime | None = None,
) -> str:
    """Return a licence key signed with an Ed25519 private key in PEM form, without a password.

    `device_limit` is the plan's by default. Raises `StartError` when the private key is unusable.
    """
    try:
        private_key = serialization.load_pem_private_key(private_key_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StartError(f"the private key cannot be used: {error}") from error
    if not isinstance(private_key, Ed25519PrivateKey):
        raise StartError("the private key is not an Ed25519 key")
    content = LicenseContent(
        plan=plan,
        device_limit=plan.device_limit if device_limit is None else device_limit,
        issued_to=issued_to,
        expires_at=expires_at,
    )
    payload = content.model_dump_json().encode()
    return f"{_encoded(payload)}.{_encoded(private_key.sign(payload))}"


def new_key_pair() -> tuple[bytes, bytes]:
    """Return a new private and public key in PEM form, for a distributor."""
    private_key = Ed25519PrivateKey.generate()
    private = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = private_key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public


def shipped_public_key() -> bytes:
    """Return the distributor's public key, empty when the program was built without one."""
    try:
        return resource(PUBLIC_KEY).read_bytes()
    except OSError:
        return b""


def _without_key(settings: Settings) -> License:
    if settings.require_license:
        return _license(Plan.STARTER, "no licence key is installed")
    return _license(Plan.BUSINESS, "self-hosted, no key")


def _license(plan: Plan, message: str) -> License:
    return License(
        plan_name=plan,
        api_enabled=plan.has_api,
        device_limit=plan.device_limit,
        message=message,
    )


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decoded(text: str) -> bytes:
    raw = text.encode("ascii")
    return base64.b64decode(raw + b"=" * (-len(raw) % 4), altchars=b"-_", validate=True)
