"""`license issue`: a key signed with the distributor's private key."""

import argparse
import sys
from datetime import UTC, datetime, timedelta

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.license import Plan
from tikmatrix_desktop.engine.licenses import issue_key


def issue_license(arguments: argparse.Namespace) -> int:
    """Print the key that the command line asks for; return 0. Raises StartError."""
    try:
        pem = arguments.private_key.read_bytes()
    except OSError as error:
        raise StartError(f"the private key cannot be read: {error}") from error
    expires = datetime.now(UTC) + timedelta(days=arguments.days) if arguments.days else None
    plan = Plan(arguments.plan)
    key = issue_key(
        pem,
        plan=plan,
        issued_to=arguments.issued_to,
        device_limit=arguments.device_limit or plan.device_limit,
        expires_at=expires,
    )
    sys.stdout.write(key + "\n")
    return 0
