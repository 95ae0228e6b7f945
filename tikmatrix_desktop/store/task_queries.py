"""Which tasks a filter selects, in which order, and where a page of them begins."""

from typing import Any

import sqlalchemy as sa

from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.task import TaskFilter, TaskQuery, TaskStats, TaskStatus
from tikmatrix_desktop.store.database import Database, Session, Statement
from tikmatrix_desktop.store.records import TaskRecord
from tikmatrix_desktop.store.schema import BUCKET_SIZE, account_key, task_counts, tasks
from tikmatrix_desktop.store.task_statements import COLUMNS

_c = tasks.c
_NULLABLE = {"start_time", "started_at", "end_time"}
_STATES = ("pending", "running", "completed", "failed")
_SEARCHED = (_c.serial, _c.username, _c.script_name, _c.remark)


def conditions(task_filter: TaskFilter) -> tuple[list[sa.ColumnElement[bool]], dict[str, Any]]:
    """Return the conditions of a filter and the values of their parameters (`f_…`)."""
    found: list[sa.ColumnElement[bool]] = []
    values: dict[str, Any] = {}
    for name in ("status", "serial", "script_name", "source", "platform", "batch_id"):
        value = getattr(task_filter, name)
        if value is not None:
            found.append(_c[name] == sa.bindparam(f"f_{name}"))
            values[f"f_{name}"] = int(value) if name == "status" else str(value)
    if task_filter.username is not None:
        found.append(sa.func.lower(_c.username) == sa.bindparam("f_username"))
        values["f_username"] = account_key(bare_username(task_filter.username))
    if task_filter.q:
        pattern = sa.bindparam("f_q", type_=sa.Text)
        found.append(sa.or_(*(column.ilike(pattern, escape="\\") for column in _SEARCHED)))
        values["f_q"] = f"%{_escaped(task_filter.q)}%"
    return found, values


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _shape(task_filter: TaskFilter) -> tuple[str, ...]:
    names = ("status", "serial", "script_name", "source", "platform", "batch_id", "username")
    found = [name for name in names if getattr(task_filter, name) is not None]
    return (*found, "q") if task_filter.q else tuple(found)


class TaskQueries:
    """Reads pages and counts. Statements are compiled once for each shape of filter and order.

    The usual list, newest first and filtered by nothing or by state, finds any page through the
    counters of `task_counts` and one bounded hop; other orders and filters skip the pages before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements: dict[tuple[object, ...], Statement] = {}
        total = [sa.func.coalesce(sa.func.sum(task_counts.c[state]), 0) for state in _STATES]
        self._totals = database.prepare(sa.select(*total))
        states = [task_counts.c[state] for state in _STATES]
        buckets = sa.select(task_counts.c.bucket, *states)
        self._buckets_down = database.prepare(buckets.order_by(task_counts.c.bucket.desc()))
        self._buckets_up = database.prepare(buckets.order_by(task_counts.c.bucket))

    def page(self, query: TaskQuery) -> tuple[list[TaskRecord], int]:
        """Return one page of tasks and how many the filter selects in all."""
        shape = _shape(query)
        offset = (query.page - 1) * query.page_size
        with self._database.read() as session:
            if query.sort in {"id", "-id"} and shape in {(), ("status",)}:
                return self._counted_page(session, query, offset)
            found, values = conditions(query)
            total = session.scalar(self._count(shape, found), **values)
            if offset >= total:
                return [], total
            statement = self._listing(shape, found, query.sort)
            rows = session.all(statement, **values, n_rows=query.page_size, n_skipped=offset)
            return [TaskRecord._make(row) for row in rows], total

    def stats(self, task_filter: TaskFilter) -> TaskStats:
        """Count the selected tasks by state; without a filter the counters answer."""
        shape = _shape(task_filter)
        with self._database.read() as session:
            if not shape:
                counts = dict(zip(_STATES, session.all(self._totals)[0], strict=True))
            else:
                found, values = conditions(task_filter)
                rows = session.all(self._by_status(shape, found), **values)
                counts = {TaskStatus(status).text: count for status, count in rows}
        return TaskStats(total=sum(counts.values()), **counts)

    def _counted_page(
        self, session: Session, query: TaskQuery, offset: int
    ) -> tuple[list[TaskRecord], int]:
        totals = session.all(self._totals)[0]
        total = sum(totals) if query.status is None else totals[query.status]
        if offset >= total:
            return [], total
        values: dict[str, Any] = {} if query.status is None else {"f_status": int(query.status)}
        bound, skipped = self._hop(session, query, offset)
        statement = self._from_bound(query, bound is not None)
        if bound is not None:
            values["bound"] = bound
        rows = session.all(statement, **values, n_rows=query.page_size, n_skipped=skipped)
        return [TaskRecord._make(row) for row in rows], total

    def _hop(self, session: Session, query: TaskQuery, offset: int) -> tuple[int | None, int]:
        """Return the id from which on to look, None for the end itself, and what to skip then."""
        if offset < BUCKET_SIZE:
            return None, offset
        is_down = query.sort == "-id"
        for bucket, *counts in session.all(self._buckets_down if is_down else self._buckets_up):
            count = sum(counts) if query.status is None else counts[query.status]
            if offset < count:
                first = bucket * BUCKET_SIZE
                return (first + BUCKET_SIZE - 1 if is_down else first), offset
            offset -= count
        return None, 0

    def _from_bound(self, query: TaskQuery, is_bounded: bool) -> Statement:
        key = ("bound", query.sort, query.status is None, is_bounded)
        if key not in self._statements:
            is_down = query.sort == "-id"
            chosen = sa.select(*COLUMNS).order_by(_c.id.desc() if is_down else _c.id)
            if query.status is not None:
                chosen = chosen.where(_c.status == sa.bindparam("f_status"))
            if is_bounded:
                bound = sa.bindparam("bound", type_=sa.Integer)
                chosen = chosen.where(_c.id <= bound if is_down else _c.id >= bound)
            self._statements[key] = self._database.prepare(_windowed(chosen))
        return self._statements[key]

    def _listing(
        self, shape: tuple[str, ...], found: list[sa.ColumnElement[bool]], sort: str
    ) -> Statement:
        key = ("page", shape, sort)
        if key not in self._statements:
            # Ids first: the wide rows are fetched for the page alone.
            ids = _windowed(sa.select(_c.id).where(*found).order_by(*_order(sort))).subquery(
                "chosen"
            )
            self._statements[key] = self._database.prepare(
                sa.select(*COLUMNS).where(_c.id.in_(sa.select(ids.c.id))).order_by(*_order(sort))
            )
        return self._statements[key]

    def _count(self, shape: tuple[str, ...], found: list[sa.ColumnElement[bool]]) -> Statement:
        key = ("count", shape)
        if key not in self._statements:
            counted = sa.select(sa.func.count()).select_from(tasks).where(*found)
            self._statements[key] = self._database.prepare(counted)
        return self._statements[key]

    def _by_status(self, shape: tuple[str, ...], found: list[sa.ColumnElement[bool]]) -> Statement:
        key = ("by status", shape)
        if key not in self._statements:
            self._statements[key] = self._database.prepare(
                sa.select(_c.status, sa.func.count()).where(*found).group_by(_c.status)
            )
        return self._statements[key]


def _order(sort: str) -> list[sa.ColumnElement[Any]]:
    name = sort.removeprefix("-")
    is_down = sort.startswith("-")
    column = _c[name]
    if name == "id":
        return [column.desc() if is_down else column.asc()]
    ordered: sa.UnaryExpression[Any] = column.desc() if is_down else column.asc()
    if name in _NULLABLE:  # as SQLite orders by itself, said aloud for the other databases
        ordered = ordered.nulls_last() if is_down else ordered.nulls_first()
    return [ordered, _c.id.desc() if is_down else _c.id.asc()]


def _windowed(chosen: sa.Select[Any]) -> sa.Select[Any]:
    return chosen.limit(sa.bindparam("n_rows", type_=sa.Integer)).offset(
        sa.bindparam("n_skipped", type_=sa.Integer)
    )
