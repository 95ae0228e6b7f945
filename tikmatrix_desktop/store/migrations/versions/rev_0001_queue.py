"""Tasks with their log, accounts, devices, daily counts and idempotency tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the first version."""
    _make_tasks()
    op.create_table(
        "task_logs",
        sa.Column("task_id", sa.Integer, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("time", sa.Double, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("username", sa.Text),
        sa.Column("account_key", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("packagename", sa.Text),
        sa.Column("device", sa.Text),
        sa.Column("logined", sa.Integer, nullable=False, server_default="0"),
        sa.Column("status", sa.Integer, nullable=False, server_default="0"),
        sa.Column("tags", sa.Text, nullable=False, server_default="[]"),
        sa.Column("paused_reason", sa.Text),
        sa.Column("paused_at", sa.Double),
        sa.Column("create_time", sa.Double, nullable=False),
        sa.UniqueConstraint("platform", "account_key", name="uq_accounts_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_accounts_device", "accounts", ["device"])
    op.create_table(
        "daily_counts",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("account_key", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "devices",
        sa.Column("serial", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer),
        sa.Column("label", sa.Text),
        sa.Column("group", sa.Text),
        sa.Column("disabled", sa.Integer, nullable=False, server_default="0"),
        sa.Column("model", sa.Text),
        sa.Column("android_version", sa.Text),
        sa.Column("last_seen", sa.Double),
    )
    op.create_table(
        "client_tokens",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("create_time", sa.Double, nullable=False),
    )


def _make_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch_id", sa.Text, nullable=False),
        sa.Column("serial", sa.Text, nullable=False),
        sa.Column("username", sa.Text),
        sa.Column("account_key", sa.Text),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("packagename", sa.Text),
        sa.Column("script_name", sa.Text, nullable=False),
        sa.Column("script_config", sa.Text, nullable=False),
        sa.Column("public_config", sa.Text),
        sa.Column("limit_kind", sa.Text),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("held", sa.Integer, nullable=False, server_default="0"),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("progress", sa.Integer, nullable=False, server_default="0"),
        sa.Column("step", sa.Text),
        sa.Column("error_code", sa.Text),
        sa.Column("remark", sa.Text),
        sa.Column("result", sa.Text),
        sa.Column("retry_count", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        sa.Column("boot_id", sa.Text),
        sa.Column("intents", sa.Text, nullable=False, server_default="[]"),
        sa.Column("job_index", sa.Integer, nullable=False),
        sa.Column("enable_multi_account", sa.Integer, nullable=False),
        sa.Column("create_time", sa.Double, nullable=False),
        sa.Column("start_time", sa.Double),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("started_at", sa.Double),
        sa.Column("end_time", sa.Double),
        sa.Column("screenshot", sa.Text),
        sa.Column("hierarchy", sa.Text),
        sqlite_autoincrement=True,
    )
    _make_partial_index(
        "ix_tasks_queue",
        ["serial", sa.text("priority DESC"), "due_at", "id"],
        "status = 0 AND held = 0",
    )
    _make_partial_index("ix_tasks_scheduled", ["due_at"], "status = 0 AND start_time IS NOT NULL")
    op.create_index("ix_tasks_serial", "tasks", ["serial", "id"])
    op.create_index("ix_tasks_batch", "tasks", ["batch_id"])


def _make_partial_index(name: str, columns: list[str | sa.TextClause], where: str) -> None:
    op.create_index(
        name, "tasks", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
