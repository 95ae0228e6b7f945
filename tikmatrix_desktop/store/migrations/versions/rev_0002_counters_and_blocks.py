"""Counters of tasks by state, and tasks held back with their account, both kept by triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BUCKET_SIZE = 1024

_COUNT_TRIGGERS = f"""
CREATE TRIGGER tasks_counted_in AFTER INSERT ON tasks BEGIN
  INSERT INTO task_counts (bucket, pending, running, completed, failed)
  VALUES (NEW.id / {_BUCKET_SIZE},
    NEW.status = 0, NEW.status = 1, NEW.status = 2, NEW.status = 3)
  ON CONFLICT (bucket) DO UPDATE SET
    pending = pending + excluded.pending, running = running + excluded.running,
    completed = completed + excluded.completed, failed = failed + excluded.failed;
END;
CREATE TRIGGER tasks_counted_over AFTER UPDATE OF status ON tasks
WHEN OLD.status <> NEW.status BEGIN
  UPDATE task_counts SET
    pending = pending - (OLD.status = 0) + (NEW.status = 0),
    running = running - (OLD.status = 1) + (NEW.status = 1),
    completed = completed - (OLD.status = 2) + (NEW.status = 2),
    failed = failed - (OLD.status = 3) + (NEW.status = 3)
  WHERE bucket = OLD.id / {_BUCKET_SIZE};
END;
CREATE TRIGGER tasks_counted_out AFTER DELETE ON tasks BEGIN
  UPDATE task_counts SET
    pending = pending - (OLD.status = 0), running = running - (OLD.status = 1),
    completed = completed - (OLD.status = 2), failed = failed - (OLD.status = 3)
  WHERE bucket = OLD.id / {_BUCKET_SIZE};
END;
"""  # noqa: S608 - constants alone

_IS_BLOCKED = """EXISTS (
    SELECT 1 FROM account_blocks AS b
    WHERE b.platform = tasks.platform AND b.account_key = tasks.account_key
      AND b.kind IN ('', coalesce(tasks.limit_kind, '')))"""

_BLOCK_TRIGGERS = f"""
CREATE TRIGGER accounts_blocked AFTER INSERT ON account_blocks BEGIN
  UPDATE tasks SET held = 1
  WHERE status = 0 AND account_key = NEW.account_key AND platform = NEW.platform
    AND (NEW.kind = '' OR limit_kind = NEW.kind);
END;
CREATE TRIGGER accounts_released AFTER DELETE ON account_blocks BEGIN
  UPDATE tasks SET held = {_IS_BLOCKED}
  WHERE status = 0 AND account_key = OLD.account_key AND platform = OLD.platform
    AND (OLD.kind = '' OR limit_kind = OLD.kind);
END;
"""  # noqa: S608 - constants alone


def upgrade() -> None:
    """Add the counters, filled from the tasks there are, and the blocks."""
    op.create_table(
        "task_counts",
        sa.Column("bucket", sa.Integer, primary_key=True),
        sa.Column("pending", sa.Integer, nullable=False, server_default="0"),
        sa.Column("running", sa.Integer, nullable=False, server_default="0"),
        sa.Column("completed", sa.Integer, nullable=False, server_default="0"),
        sa.Column("failed", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "account_blocks",
        sa.Column("platform", sa.Text, primary_key=True),
        sa.Column("account_key", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("until", sa.Double),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_tasks_account",
        "tasks",
        ["account_key", "platform"],
        sqlite_where=sa.text("account_key IS NOT NULL"),
        postgresql_where=sa.text("account_key IS NOT NULL"),
    )
    op.execute(
        f"""
        INSERT INTO task_counts (bucket, pending, running, completed, failed)
        SELECT id / {_BUCKET_SIZE}, sum(CASE status WHEN 0 THEN 1 ELSE 0 END),
          sum(CASE status WHEN 1 THEN 1 ELSE 0 END), sum(CASE status WHEN 2 THEN 1 ELSE 0 END),
          sum(CASE status WHEN 3 THEN 1 ELSE 0 END)
        FROM tasks GROUP BY id / {_BUCKET_SIZE}
        """  # noqa: S608 - constants alone
    )
    if op.get_context().dialect.name != "sqlite":
        raise NotImplementedError("the triggers are written for SQLite only so far")
    for trigger in (_COUNT_TRIGGERS + _BLOCK_TRIGGERS).split("END;"):
        if trigger.strip():
            op.execute(sa.text(trigger.strip() + "\nEND;"))
