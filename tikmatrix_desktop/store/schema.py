"""The tables as the newest migration leaves them."""

import sqlalchemy as sa

SCHEMA_REVISION = "0003"

BUCKET_SIZE = 1024
"""How many successive task ids share one row of counters."""

metadata = sa.MetaData()

tasks = sa.Table(
    "tasks",
    metadata,
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
    # An id is never given twice: clients keep the ids of tasks that were deleted.
    sqlite_autoincrement=True,
)

task_counts = sa.Table(
    "task_counts",
    metadata,
    sa.Column("bucket", sa.Integer, primary_key=True),
    sa.Column("pending", sa.Integer, nullable=False, server_default="0"),
    sa.Column("running", sa.Integer, nullable=False, server_default="0"),
    sa.Column("completed", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
)

task_logs = sa.Table(
    "task_logs",
    metadata,
    sa.Column("task_id", sa.Integer, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True),
    sa.Column("time", sa.Double, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

accounts = sa.Table(
    "accounts",
    metadata,
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
    # Both sealed by the vault, each for its own row and column.
    sa.Column("password", sa.Text),
    sa.Column("totp_secret", sa.Text),
    sa.Column("note", sa.Text),
    sa.UniqueConstraint("platform", "account_key", name="uq_accounts_key"),
    sqlite_autoincrement=True,
)

account_blocks = sa.Table(
    "account_blocks",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("account_key", sa.Text, primary_key=True),
    # "" holds every task of the account back, a kind such as "posts" only the tasks counted as it.
    sa.Column("kind", sa.Text, primary_key=True),
    # Null: until somebody resumes the account.
    sa.Column("until", sa.Double),
    sqlite_with_rowid=False,
)

daily_counts = sa.Table(
    "daily_counts",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("account_key", sa.Text, primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

devices = sa.Table(
    "devices",
    metadata,
    sa.Column("serial", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer),
    sa.Column("label", sa.Text),
    sa.Column("group", sa.Text),
    sa.Column("disabled", sa.Integer, nullable=False, server_default="0"),
    sa.Column("model", sa.Text),
    sa.Column("android_version", sa.Text),
    sa.Column("last_seen", sa.Double),
)

client_tokens = sa.Table(
    "client_tokens",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("create_time", sa.Double, nullable=False),
)

PENDING_FREE = sa.text("status = 0 AND held = 0")

# The queue's own index: one seek finds the next task of a phone (EXPLAIN is tested).
sa.Index(
    "ix_tasks_queue",
    tasks.c.serial,
    tasks.c.priority.desc(),
    tasks.c.due_at,
    tasks.c.id,
    sqlite_where=PENDING_FREE,
    postgresql_where=PENDING_FREE,
)
# No index on the state: each claim and end would write one page more. The counters know which
# thousand ids hold tasks of a state.
SCHEDULED = sa.text("status = 0 AND start_time IS NOT NULL")
sa.Index("ix_tasks_scheduled", tasks.c.due_at, sqlite_where=SCHEDULED, postgresql_where=SCHEDULED)
OF_ACCOUNT = sa.text("account_key IS NOT NULL")
sa.Index(
    "ix_tasks_account",
    tasks.c.account_key,
    tasks.c.platform,
    sqlite_where=OF_ACCOUNT,
    postgresql_where=OF_ACCOUNT,
)
sa.Index("ix_tasks_serial", tasks.c.serial, tasks.c.id)
sa.Index("ix_tasks_batch", tasks.c.batch_id)
sa.Index("ix_accounts_device", accounts.c.device)


def account_key(username: str) -> str:
    """Return what an account is compared by: both apps ignore case, and show a leading `@`."""
    return username.strip().removeprefix("@").strip().lower()
