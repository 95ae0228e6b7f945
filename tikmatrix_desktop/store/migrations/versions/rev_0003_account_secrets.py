"""What an account logs in with, sealed, and the operator's note about it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty: no earlier version knew a password."""
    for name in ("password", "totp_secret", "note"):
        op.add_column("accounts", sa.Column(name, sa.Text))
