"""What tasks said while they ran."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from tikmatrix_desktop.domain.run import TaskLog
from tikmatrix_desktop.domain.task import LogLine, LogPage
from tikmatrix_desktop.store.database import Database
from tikmatrix_desktop.store.schema import task_logs

MAX_LINES = 20_000
PAGE_LINES = 1_000


class TaskLogRepository:
    """The lines of each task, numbered from 1. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Numbered, capped and fenced by the statement itself: a line of a task that is gone or
        # of an attempt that is over finds no row to hang on.
        self._append = database.prepare(
            sa.text(
                "INSERT INTO task_logs (task_id, n, time, level, step, text)"
                " SELECT t.id, l.n + 1, :at, :level, :step, :words FROM tasks AS t,"
                " (SELECT coalesce(max(n), 0) AS n FROM task_logs WHERE task_id = :task_id) AS l"
                " WHERE t.id = :task_id AND t.attempt = :of_attempt AND l.n < :cap"
            )
        )
        columns = task_logs.c
        self._page = database.prepare(
            sa.select(columns.n, columns.time, columns.level, columns.step, columns.text)
            .where(
                columns.task_id == sa.bindparam("of_task"),
                columns.n > sa.bindparam("beyond"),
            )
            .order_by(columns.n)
            .limit(sa.bindparam("n_rows", type_=sa.Integer))
        )

    def append(self, lines: Sequence[TaskLog]) -> None:
        """Store lines of any tasks, in this order; at most 20,000 of one task are kept."""
        if not lines:
            return
        with self._database.write(durable=False) as session:
            session.many(
                self._append,
                [
                    {
                        "task_id": line.task_id,
                        "of_attempt": line.attempt,
                        "at": line.time,
                        "level": line.level,
                        "step": line.step,
                        "words": line.text,
                        "cap": MAX_LINES,
                    }
                    for line in lines
                ],
            )

    def page(self, task_id: int, after: int = 0, limit: int = PAGE_LINES) -> LogPage:
        """Return the lines numbered above `after`, at most `limit` of them."""
        with self._database.read() as session:
            rows = session.all(self._page, of_task=task_id, beyond=after, n_rows=limit)
        lines = [
            LogLine(
                n=n, time=datetime.fromtimestamp(at, UTC).astimezone(), level=level,
                step=step, text=text,
            )
            for n, at, level, step, text in rows
        ]  # fmt: skip
        return LogPage(lines=lines, next=lines[-1].n if lines else after)
