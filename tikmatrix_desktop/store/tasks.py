"""The queue: every change of state is one compare-and-set in SQL, never a read and a write."""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from tikmatrix_desktop.domain.errors import FailureCode, SecretUnreadable
from tikmatrix_desktop.domain.task import CreatedTasks, TaskFilter, TaskQuery, TaskStats, TaskStatus
from tikmatrix_desktop.store.database import Database, Session, Statement
from tikmatrix_desktop.store.limits import LimitRepository
from tikmatrix_desktop.store.records import NewTask, TaskRecord, compact_json
from tikmatrix_desktop.store.schema import account_key, task_logs, tasks
from tikmatrix_desktop.store.task_queries import TaskQueries, conditions
from tikmatrix_desktop.store.task_statements import TaskStatements, retry_where, waiting_where
from tikmatrix_desktop.store.vault import Vault, is_sealed

_log = logging.getLogger(__name__)

TOKEN_SECONDS = 7 * 24 * 3600
_CHUNK = 500
_INTERRUPTED = "the program ended while this task was running"


class TaskRepository:
    """Tasks: made in batches, claimed one by one, ended once. Thread-safe.

    Accepting, intents and ends are on the disk when the call returns; claims and progress survive
    the end of the program, and of the machine within seconds. Raises `DatabaseFailure`.
    """

    def __init__(self, database: Database, limits: LimitRepository, vault: Vault) -> None:
        self._database = database
        self._limits = limits
        self._vault = vault
        self.statements = TaskStatements(database)
        self._queries = TaskQueries(database)
        self._drop_log = database.prepare(
            sa.delete(task_logs).where(task_logs.c.task_id == sa.bindparam("of_task"))
        )

    # --- making ---

    def add_batch(self, rows: Sequence[NewTask], client_token: str | None = None) -> list[int]:
        """Store the tasks, all or none, and return their ids in the same order."""
        return self.create(rows, client_token)[0].task_ids

    def create(
        self, rows: Sequence[NewTask], client_token: str | None = None, warnings: Sequence[str] = ()
    ) -> tuple[CreatedTasks, bool]:
        """Store the tasks and the answer to their request in one transaction.

        A token used in the last 7 days answers with the first answer, stores nothing, and the
        second value is False. `rows` must not be empty. Raises `KeyUnavailable` when a config has
        secrets that cannot be sealed.
        """
        now = max(row.create_time for row in rows)
        values = [self._stored(row) for row in rows]  # before the lock: it is the slow part
        with self._database.write(durable=True) as session:
            if client_token is not None:
                known = session.scalar(self.statements.token_answer, used=client_token)
                if known is not None:
                    return CreatedTasks.model_validate_json(known), False
            last = session.scalar(self.statements.last_id) or 0
            ids = list(range(last + 1, last + 1 + len(values)))
            for task_id, row in zip(ids, values, strict=True):
                row["id"] = task_id
            session.many(self.statements.insert, values)
            answer = CreatedTasks(task_ids=ids, created_count=len(ids), warnings=list(warnings))
            if client_token is not None:
                session.run(
                    self.statements.keep_token,
                    token=client_token,
                    answer=answer.model_dump_json(),
                    create_time=now,
                )
                session.run(self.statements.drop_tokens, before=now - TOKEN_SECONDS)
        return answer, True

    def ids_for_token(self, token: str) -> CreatedTasks | None:
        """Return the answer that a request with this token got, None when there was none."""
        with self._database.read() as session:
            answer = session.scalar(self.statements.token_answer, used=token)
        return None if answer is None else CreatedTasks.model_validate_json(answer)

    def seal_plain(self) -> int:
        """Seal the configs that a version without a vault stored; return how many."""
        c = tasks.c
        found = self._database.prepare(
            sa.select(c.id, c.batch_id, c.job_index, c.script_config).where(
                c.public_config.is_not(None), c.script_config.startswith("{")
            )
        )
        put = self._database.prepare(
            sa.update(tasks)
            .where(c.id == sa.bindparam("task_id"))
            .values(script_config=sa.bindparam("sealed"))
        )
        with self._database.read() as session:
            rows = session.all(found)
        values = [
            {"task_id": task_id, "sealed": self._vault.seal(config, *_place(batch_id, job_index))}
            for task_id, batch_id, job_index, config in rows
        ]
        if values:
            with self._database.write(durable=True) as session:
                session.many(put, values)
        return len(values)

    # --- reading ---

    def get(self, task_id: int) -> TaskRecord | None:
        """Return a task, None when there is none of that id."""
        with self._database.read() as session:
            row = session.first(self.statements.get, task_id=task_id)
        return None if row is None else TaskRecord._make(row)

    def config(self, record: TaskRecord) -> dict[str, Any]:
        """Return the config a task runs with, secrets included.

        Raises `SecretUnreadable` when they cannot be opened.
        """
        text = record.config_json
        if is_sealed(text):
            try:
                text = self._vault.unseal(text, *_place(record.batch_id, record.job_index))
            except SecretUnreadable as error:
                raise SecretUnreadable(f"the key in this task's parameters {error}") from error
        config: dict[str, Any] = json.loads(text)
        return config

    def many(self, ids: Sequence[int]) -> list[TaskRecord]:
        """Return those of these tasks that there are, in the order of `ids`."""
        with self._database.read() as session:
            rows = [session.first(self.statements.get, task_id=task_id) for task_id in ids]
        return [TaskRecord._make(row) for row in rows if row is not None]

    def page(self, query: TaskQuery) -> tuple[list[TaskRecord], int]:
        """Return one page of tasks and how many the filter selects in all."""
        return self._queries.page(query)

    def stats(self, task_filter: TaskFilter | None = None) -> TaskStats:
        """Count the selected tasks by state."""
        return self._queries.stats(task_filter or TaskFilter())

    def running(self) -> list[TaskRecord]:
        """Return the tasks that run, oldest first."""
        with self._database.read() as session:
            return [TaskRecord._make(row) for row in session.all(self.statements.running)]

    def first_waiting(self, serial: str, limit: int) -> list[TaskRecord]:
        """Return the next tasks of a phone, in the order in which they will be claimed."""
        with self._database.read() as session:
            rows = session.all(self.statements.first_waiting, at_serial=serial, n_rows=limit)
        return [TaskRecord._make(row) for row in rows]

    def next_due(self, now: float) -> float | None:
        """Return when the next task becomes due or an account's daily limit ends."""
        with self._database.read() as session:
            due = session.scalar(self.statements.next_scheduled, now=now)
        moments = [moment for moment in (due, self._limits.next_release()) if moment is not None]
        return min(moments, default=None)

    def serials_with_due(self, now: float) -> list[str]:
        """Return the phones for which a task could be claimed now."""
        self._limits.release(now)
        with self._database.read() as session:
            return [row[0] for row in session.all(self.statements.serials_with_due, now=now)]

    # --- running ---

    def claim(self, serial: str, boot_id: str, now: float) -> TaskRecord | None:
        """Take the phone's next due task: pending → running, `attempt` + 1. None if there is none.

        Highest priority first, then due time, then id. Tasks of a paused account, or of one at
        its daily limit, are passed over.
        """
        self._limits.release(now)
        rows = self._database.write_one(
            False, self.statements.claim, {"at_serial": serial, "of_boot": boot_id, "now": now}
        )
        return TaskRecord._make(rows[0]) if rows else None

    def progress(self, task_id: int, attempt: int, progress: int, step: str | None) -> bool:
        """Note how far a running task is (0-100) and what it is doing."""
        values = {"percent": max(0, min(100, progress)), "doing": step}
        with self._database.write(durable=False) as session:
            return self._change(session, self.statements.progress, task_id, attempt, values)

    def add_intent(self, task_id: int, attempt: int, intent: Mapping[str, Any]) -> bool:
        """Note, durably, that something is about to be done that cannot be taken back."""
        with self._database.write(durable=True) as session:
            row = session.first(self.statements.get, task_id=task_id)
            if row is None:
                return False
            intents = [*TaskRecord._make(row).intents, dict(intent)]
            values = {"all_intents": compact_json(intents)}
            return self._change(session, self.statements.set_intents, task_id, attempt, values)

    def set_username(self, task_id: int, attempt: int, username: str) -> bool:
        """Note which account a running task turned out to be for."""
        values = {"name": username, "key": account_key(username)}
        with self._database.write(durable=False) as session:
            return self._change(session, self.statements.set_username, task_id, attempt, values)

    def complete(
        self,
        task_id: int,
        attempt: int,
        result: Mapping[str, Any],
        remark: str | None,
        *,
        now: float | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> bool:
        """End a task well, and add what it did to its account's day, in one transaction.

        False when this attempt is not the one that runs: nothing was changed.
        """
        values = {"outcome": compact_json(dict(result)), "words": remark, "now": _moment(now)}
        return self._end(self.statements.complete, task_id, attempt, values, counts, None)

    def fail(
        self,
        task_id: int,
        attempt: int,
        code: str,
        remark: str,
        screenshot: str | None = None,
        hierarchy: str | None = None,
        *,
        now: float | None = None,
        counts: Mapping[str, int] | None = None,
        pause_reason: str | None = None,
    ) -> bool:
        """End a task badly; `pause_reason` pauses its account until somebody resumes it.

        False when this attempt is not the one that runs: nothing was changed.
        """
        values = {
            "code": str(code), "words": remark, "picture": screenshot, "tree": hierarchy,
            "now": _moment(now),
        }  # fmt: skip
        return self._end(self.statements.fail, task_id, attempt, values, counts, pause_reason)

    def recover(
        self,
        boot_id: str,
        now: float | None = None,
        describe: Callable[[TaskRecord], str] = lambda record: _INTERRUPTED,
    ) -> list[int]:
        """Fail, as interrupted, the tasks that another run of the program left running.

        `describe` words the remark of each.
        """
        recovered: list[int] = []
        for record in self.running():
            if record.boot_id == boot_id:
                continue
            remark = describe(record)
            code = FailureCode.INTERRUPTED
            if self.fail(record.id, record.attempt, code, remark, now=now):
                recovered.append(record.id)
        return recovered

    # --- again and away ---

    def retry(self, task_id: int) -> bool:
        """Put a failed task back into the queue; False when it is not failed.

        An account that was paused because of this task is resumed: who retries has seen to it.
        """
        return self.retry_many([task_id]) == [task_id]

    def retry_many(self, chosen: TaskFilter | Sequence[int]) -> list[int]:
        """Put the failed ones of these tasks back into the queue and return their ids.

        As with `retry`, accounts that were paused because of them are resumed.
        """
        with self._database.write(durable=True) as session:
            if isinstance(chosen, TaskFilter):
                found, values = conditions(chosen)
                self._resume_accounts(
                    session, self._database.prepare(waiting_where(*found)), values
                )
                statement = self._database.prepare(retry_where(*found))
                return sorted(row[0] for row in session.all(statement, **values))
            retried: list[int] = []
            for task_id in chosen:
                self._resume_accounts(session, self.statements.waiting, {"task_id": task_id})
                retried += [row[0] for row in session.all(self.statements.retry, task_id=task_id)]
            return retried

    def delete(self, ids: Sequence[int]) -> list[int]:
        """Remove the tasks that do not run, with their logs, and return the ids removed."""
        removed: list[int] = []
        with self._database.write(durable=True) as session:
            for task_id in ids:
                if session.all(self.statements.delete, task_id=task_id):
                    session.run(self._drop_log, of_task=task_id)
                    removed.append(task_id)
        return removed

    def states(self, ids: Sequence[int]) -> dict[int, TaskStatus]:
        """Return the states of those of these tasks that there are."""
        found: dict[int, TaskStatus] = {}
        with self._database.read() as session:
            for start in range(0, len(ids), _CHUNK):
                chunk = list(ids[start : start + _CHUNK])
                chosen = sa.select(tasks.c.id, tasks.c.status).where(tasks.c.id.in_(chunk))
                for task_id, status in session.all(self._database.prepare(chosen)):
                    found[task_id] = TaskStatus(status)
        return found

    def _resume_accounts(
        self, session: Session, statement: Statement, values: Mapping[str, Any]
    ) -> None:
        for platform, key in session.all(statement, **values):
            self._limits.resume_in(session, platform, key)

    def _change(
        self,
        session: Session,
        statement: Statement,
        task_id: int,
        attempt: int,
        values: dict[str, Any],
    ) -> bool:
        return session.run(statement, task_id=task_id, of_attempt=attempt, **values) == 1

    def _end(
        self,
        statement: Statement,
        task_id: int,
        attempt: int,
        values: dict[str, Any],
        counts: Mapping[str, int] | None,
        pause_reason: str | None,
    ) -> bool:
        now: float = values["now"]
        with self._database.write(durable=True) as session:
            row = session.first(statement, task_id=task_id, of_attempt=attempt, **values)
            if row is None:
                return False
            platform, key, username, serial = row
            if key is not None and counts:
                self._limits.record_in(session, platform, key, counts, now)
            if key is not None and pause_reason is not None:
                self._limits.pause_in(session, platform, username or key, serial, pause_reason, now)
        return True

    def _stored(self, row: NewTask) -> dict[str, Any]:
        config = compact_json(row.script_config)
        if row.public_config is not None:
            config = self._vault.seal(config, *_place(row.batch_id, row.job_index))
        return {
            "batch_id": row.batch_id,
            "serial": row.serial,
            "username": row.username,
            "account_key": row.account_key,
            "platform": str(row.platform),
            "packagename": row.packagename,
            "script_name": row.script_name,
            "script_config": config,
            "public_config": None if row.public_config is None else compact_json(row.public_config),
            "limit_kind": row.limit_kind,
            "status": 0,
            "source": str(row.source),
            "priority": row.priority,
            "job_index": row.job_index,
            "enable_multi_account": int(row.enable_multi_account),
            "create_time": row.create_time,
            "start_time": row.start_time,
            "due_at": row.due_at,
        }


def _moment(now: float | None) -> float:
    return time.time() if now is None else now


def _place(batch_id: str, job_index: int) -> tuple[str | int, ...]:
    # Known before the row has a number, and never given twice.
    return "tasks", batch_id, job_index, "script_config"
