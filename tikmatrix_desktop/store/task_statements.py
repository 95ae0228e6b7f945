"""The statements of the queue, written in Core and compiled once per database."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningUpdate

from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.store.database import Database
from tikmatrix_desktop.store.schema import account_blocks, client_tokens, tasks

# Literals, not parameters: only so does the planner see that the partial indexes apply.
PENDING = sa.literal_column("0", sa.Integer)
RUNNING = sa.literal_column("1", sa.Integer)
COMPLETED = sa.literal_column("2", sa.Integer)
FAILED = sa.literal_column("3", sa.Integer)
FREE = sa.literal_column("0", sa.Integer)

COLUMNS = list(tasks.c)
_c = tasks.c
_NEEDS_PERSON = (FailureCode.HUMAN_VERIFICATION_REQUIRED, FailureCode.ACCOUNT_BLOCKED)
INSERTED = (
    "id", "batch_id", "serial", "username", "account_key", "platform", "packagename",
    "script_name", "script_config", "public_config", "limit_kind", "status", "source", "priority",
    "job_index", "enable_multi_account", "create_time", "start_time", "due_at",
)  # fmt: skip


def _held(
    platform: sa.ColumnElement[Any], key: sa.ColumnElement[Any], kind: sa.ColumnElement[Any]
) -> sa.ColumnElement[int]:
    """Say whether a task of this account is to be held back: 1 or 0.

    Only where a task becomes pending; what is pending already, the triggers of `account_blocks`
    mark. A trigger on tasks for this would make each claim half as fast again.
    """
    block = account_blocks.c
    is_blocked = (
        sa.select(block.kind)
        .where(
            block.platform == platform,
            block.account_key == key,
            block.kind.in_(
                [sa.literal_column("''", sa.Text), sa.func.coalesce(kind, sa.literal_column("''"))]
            ),
        )
        .exists()
    )
    return sa.case(
        (is_blocked, sa.literal_column("1", sa.Integer)),
        else_=sa.literal_column("0", sa.Integer),
    )


def _is_running() -> sa.ColumnElement[bool]:
    return sa.and_(
        _c.id == sa.bindparam("task_id"),
        _c.status == RUNNING,
        _c.attempt == sa.bindparam("of_attempt"),
    )


def _next_of(serial: sa.ColumnElement[str]) -> sa.Select[Any]:
    """Select the id of a phone's next due task; the order is what makes SQLite use the index."""
    return (
        sa.select(_c.id)
        .where(
            _c.serial == serial,
            _c.status == PENDING,
            _c.held == FREE,
            _c.due_at <= sa.bindparam("now"),
        )
        .order_by(_c.priority.desc(), _c.due_at, _c.id)
        .limit(sa.literal_column("1", sa.Integer))
    )


def claim_statement() -> sa.ClauseElement:
    """Take the next due task of a phone and return it, in one statement."""
    # Only PostgreSQL has SKIP LOCKED; SQLite's dialect leaves it out, and has one writer anyway.
    best = _next_of(sa.bindparam("at_serial")).with_for_update(skip_locked=True).scalar_subquery()
    return (
        sa.update(tasks)
        .where(_c.id == best, _c.status == PENDING)
        .values(
            status=RUNNING,
            attempt=_c.attempt + sa.literal_column("1", sa.Integer),
            boot_id=sa.bindparam("of_boot"),
            started_at=sa.bindparam("now"),
            end_time=sa.null(),
            progress=sa.literal_column("0", sa.Integer),
            step=sa.null(),
        )
        .returning(*COLUMNS)
    )


def _end(status: sa.ColumnElement[Any], **values: Any) -> sa.ClauseElement:
    return (
        sa.update(tasks)
        .where(_is_running())
        .values(status=status, end_time=sa.bindparam("now"), **values)
        .returning(_c.platform, _c.account_key, _c.username, _c.serial)
    )


def _insert() -> sa.ClauseElement:
    given = {name: sa.bindparam(name, type_=tasks.c[name].type) for name in INSERTED}
    held = _held(given["platform"], given["account_key"], given["limit_kind"])
    return sa.insert(tasks).values({**given, "held": held})


def _retry() -> ReturningUpdate[Any]:
    return (
        sa.update(tasks)
        .values(
            status=PENDING,
            held=_held(_c.platform, _c.account_key, _c.limit_kind),
            retry_count=_c.retry_count + sa.literal_column("1", sa.Integer),
            progress=sa.literal_column("0", sa.Integer),
            step=sa.null(),
            error_code=sa.null(),
            remark=sa.null(),
            result=sa.null(),
            boot_id=sa.null(),
            started_at=sa.null(),
            end_time=sa.null(),
            screenshot=sa.null(),
            hierarchy=sa.null(),
        )
        .where(_c.status == FAILED)
        .returning(_c.id)
    )


class TaskStatements:
    """Every statement of the task repository, compiled for one database."""

    def __init__(self, database: Database) -> None:
        prepare = database.prepare
        one = _c.id == sa.bindparam("task_id")
        self.insert = prepare(_insert())
        self.claim = prepare(claim_statement())
        self.get = prepare(sa.select(*COLUMNS).where(one))
        self.running = prepare(sa.select(*COLUMNS).where(_c.status == RUNNING).order_by(_c.id))
        self.progress = prepare(
            sa.update(tasks)
            .where(_is_running())
            .values(progress=sa.bindparam("percent"), step=sa.bindparam("doing"))
        )
        self.set_intents = prepare(
            sa.update(tasks).where(_is_running()).values(intents=sa.bindparam("all_intents"))
        )
        self.set_username = prepare(
            sa.update(tasks)
            .where(_is_running())
            .values(username=sa.bindparam("name"), account_key=sa.bindparam("key"))
        )
        self.complete = prepare(
            _end(
                COMPLETED,
                progress=sa.literal_column("100", sa.Integer),
                result=sa.bindparam("outcome"),
                remark=sa.bindparam("words"),
                error_code=sa.null(),
            )
        )
        self.fail = prepare(
            _end(
                FAILED,
                error_code=sa.bindparam("code"),
                remark=sa.bindparam("words"),
                screenshot=sa.bindparam("picture"),
                hierarchy=sa.bindparam("tree"),
            )
        )
        self.retry = prepare(_retry().where(one))
        self.waiting = prepare(waiting_where(one))
        self.delete = prepare(sa.delete(tasks).where(one, _c.status != RUNNING).returning(_c.id))
        self.next_scheduled = prepare(
            sa.select(sa.func.min(_c.due_at)).where(
                _c.status == PENDING, _c.start_time.is_not(None), _c.due_at > sa.bindparam("now")
            )
        )
        self.first_waiting = prepare(
            sa.select(*COLUMNS)
            .where(_c.serial == sa.bindparam("at_serial"), _c.status == PENDING, _c.held == FREE)
            .order_by(_c.priority.desc(), _c.due_at, _c.id)
            .limit(sa.bindparam("n_rows", type_=sa.Integer))
        )
        self.serials_with_due = prepare(_serials_with_due())
        self.last_id = prepare(
            sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'tasks'")
            if database.is_sqlite
            else sa.text("SELECT last_value FROM tasks_id_seq")
        )
        self.token_answer = prepare(
            sa.select(client_tokens.c.answer).where(client_tokens.c.token == sa.bindparam("used"))
        )
        self.keep_token = prepare(sa.insert(client_tokens))
        self.drop_tokens = prepare(
            sa.delete(client_tokens).where(client_tokens.c.create_time < sa.bindparam("before"))
        )


def waiting_where(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any, Any]:
    """Select the accounts that failed tasks of a selection left waiting for a person."""
    return (
        sa.select(_c.platform, _c.account_key)
        .distinct()
        .where(
            *conditions,
            _c.status == FAILED,
            _c.account_key.is_not(None),
            _c.error_code.in_([sa.literal_column(f"'{code}'", sa.Text) for code in _NEEDS_PERSON]),
        )
    )


def retry_where(*conditions: sa.ColumnElement[bool]) -> ReturningUpdate[Any]:
    """Return the statement that puts the failed tasks of a selection back into the queue."""
    return _retry().where(*conditions)


def _serials_with_due() -> sa.Select[Any]:
    """Hop from phone to phone through the queue's index, however long each phone's queue is."""
    free = (_c.status == PENDING, _c.held == FREE)
    hop = sa.select(sa.func.min(_c.serial).label("serial")).where(*free).cte("hop", recursive=True)
    following = (
        sa.select(_c.serial)
        .where(*free, _c.serial > hop.c.serial)
        .order_by(_c.serial, _c.priority.desc())
        .limit(sa.literal_column("1", sa.Integer))
        .scalar_subquery()
    )
    hop = hop.union_all(sa.select(following).where(hop.c.serial.is_not(None)))
    due = _next_of(hop.c.serial).correlate(hop).scalar_subquery()
    return sa.select(hop.c.serial).where(hop.c.serial.is_not(None), due.is_not(None))
