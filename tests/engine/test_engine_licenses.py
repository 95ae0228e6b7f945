"""Licence keys: verified offline, and Starter when they are not what they should be."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.license import License, Plan
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.engine.licenses import (
    Licenses,
    issue_key,
    new_key_pair,
    shipped_public_key,
)

PRIVATE, PUBLIC = new_key_pair()
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def in_force(key: str | None, required: bool = False, public: bytes = PUBLIC) -> License:
    settings = Settings(license_key=key, require_license=required)
    return Licenses(settings, public).current(NOW)


def is_starter(found: License) -> bool:
    assert found.device_limit == 5
    return found.plan_name is Plan.STARTER and not found.api_enabled


def test_without_a_key_everything_is_allowed_unless_a_key_is_required() -> None:
    free = in_force(None)
    assert (free.plan_name, free.device_limit, free.api_enabled) == (Plan.BUSINESS, 100, True)
    assert free.message == "self-hosted, no key"
    assert in_force("  ") == free
    assert is_starter(in_force(None, required=True))


def test_a_key_gives_what_it_says() -> None:
    until = NOW + timedelta(days=1)
    key = issue_key(PRIVATE, plan=Plan.PRO, issued_to="王 & Co", device_limit=7, expires_at=until)
    found = in_force(f" {key}\n", required=True)
    assert (found.plan_name, found.device_limit, found.api_enabled) == (Plan.PRO, 7, True)
    assert found.expires_at == until
    assert "王 & Co" in found.message


@pytest.mark.parametrize("plan", list(Plan))
def test_a_plan_brings_its_own_limit_and_may_never_end(plan: Plan) -> None:
    found = in_force(issue_key(PRIVATE, plan=plan, issued_to="x"))
    assert (found.device_limit, found.expires_at) == (plan.device_limit, None)
    assert found.api_enabled is plan.has_api


def test_an_expired_key_is_starter_and_says_since_when() -> None:
    licenses = Licenses(
        Settings(license_key=issue_key(PRIVATE, plan=Plan.TEAM, issued_to="x", expires_at=NOW)),
        PUBLIC,
    )
    assert licenses.current(NOW - timedelta(seconds=1)).plan_name is Plan.TEAM
    expired = licenses.current(NOW)
    assert is_starter(expired)
    assert "expired on 2026-06-01" in expired.message
    assert expired.expires_at == NOW


def forged(**changes: object) -> str:
    """Return a real key whose content was changed afterwards."""
    payload, signature = issue_key(PRIVATE, plan=Plan.STARTER, issued_to="x").split(".")
    content = json.loads(base64.urlsafe_b64decode(payload + "=="))
    altered = json.dumps({**content, **changes}).encode()
    return f"{base64.urlsafe_b64encode(altered).rstrip(b'=').decode()}.{signature}"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (forged(plan="Business"), "signature"),
        (forged(device_limit=100_000), "signature"),
        (issue_key(new_key_pair()[0], plan=Plan.TEAM, issued_to="x"), "signature"),
        ("no key at all", "no signature"),
        ("a.b.c", "damaged"),
        ("é.é", "damaged"),
        (".", "signature"),
        (issue_key(PRIVATE, plan=Plan.TEAM, issued_to="x")[:-4], "signature"),
    ],
)
def test_a_forged_or_damaged_key_is_starter_with_the_reason(key: str, reason: str) -> None:
    found = in_force(key)
    assert is_starter(found)
    assert reason in found.message
    assert "not valid" in found.message


@pytest.mark.parametrize("public", [b"", b"nonsense"])
def test_a_program_without_a_public_key_accepts_no_key(public: bytes) -> None:
    key = issue_key(PRIVATE, plan=Plan.TEAM, issued_to="x")
    licenses = Licenses(Settings(license_key=key), public or b"-")
    assert is_starter(licenses.current(NOW))


def test_the_shipped_public_key_is_one() -> None:
    assert b"BEGIN PUBLIC KEY" in shipped_public_key()
    found = Licenses(Settings(license_key=issue_key(PRIVATE, plan=Plan.TEAM, issued_to="x")))
    assert "signature is not the distributor's" in found.current(NOW).message


def test_only_an_ed25519_private_key_issues_keys() -> None:
    other = generate_private_key(SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for unusable in (b"nonsense", other, PUBLIC):
        with pytest.raises(StartError, match="private key"):
            issue_key(unusable, plan=Plan.PRO, issued_to="x")
