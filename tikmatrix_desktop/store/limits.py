"""What holds an account's tasks back: a pause, or a daily limit that is reached."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

import sqlalchemy as sa

from tikmatrix_desktop.domain.settings import DailyLimits
from tikmatrix_desktop.store.database import Database, Session
from tikmatrix_desktop.store.schema import account_blocks, account_key, accounts, daily_counts

_PAUSE = ""


class Block(NamedTuple):
    """An account's tasks are held back; `kind` is empty when all of them are.

    `until` is in seconds since the epoch, None until somebody resumes the account.
    """

    platform: str
    account_key: str
    kind: str
    until: float | None


class LimitRepository:
    """Counts what accounts did in a local day, and blocks those at their limit or paused.

    A block marks the account's pending tasks as held (triggers do it), so that claiming never has
    to look at them. `zone` is the one whose midnight ends a day; None is the machine's own.
    """

    def __init__(self, database: Database, zone: tzinfo | None = None) -> None:
        self._database = database
        self._zone = zone
        self._limits: dict[str, int] = {}
        self._lock = threading.Lock()
        self._next_release: float | None = None
        blocks, counts = account_blocks.c, daily_counts.c
        of_block = (
            blocks.platform == sa.bindparam("of_platform"),
            blocks.account_key == sa.bindparam("of_key"),
            blocks.kind == sa.bindparam("of_kind"),
        )
        prepare = database.prepare
        self._blocks = prepare(
            sa.select(blocks.platform, blocks.account_key, blocks.kind, blocks.until)
        )
        self._is_blocked = prepare(sa.select(blocks.kind).where(*of_block))
        self._block = prepare(sa.insert(account_blocks))
        self._unblock = prepare(sa.delete(account_blocks).where(*of_block))
        self._expired = prepare(
            sa.delete(account_blocks).where(blocks.until <= sa.bindparam("now"))
        )
        self._first_end = prepare(sa.select(sa.func.min(blocks.until)))
        self._count = prepare(
            sa.select(counts.count).where(
                counts.platform == sa.bindparam("of_platform"),
                counts.account_key == sa.bindparam("of_key"),
                counts.day == sa.bindparam("of_day"),
                counts.kind == sa.bindparam("of_kind"),
            )
        )
        self._counts_of_day = prepare(
            sa.select(counts.platform, counts.account_key, counts.kind, counts.count).where(
                counts.day == sa.bindparam("of_day")
            )
        )
        self._counts_of_account = prepare(
            sa.select(counts.account_key, counts.kind, counts.count).where(
                counts.platform == sa.bindparam("of_platform"),
                counts.account_key == sa.bindparam("of_key"),
                counts.day == sa.bindparam("of_day"),
            )
        )
        self._counts_of_platform = prepare(
            sa.select(counts.account_key, counts.kind, counts.count).where(
                counts.platform == sa.bindparam("of_platform"),
                counts.day == sa.bindparam("of_day"),
            )
        )
        self._add_count = prepare(
            sa.text(
                "INSERT INTO daily_counts (platform, account_key, day, kind, count)"
                " VALUES (:platform, :account_key, :day, :kind, :added)"
                " ON CONFLICT (platform, account_key, day, kind)"
                " DO UPDATE SET count = daily_counts.count + excluded.count"
            )
        )
        self._pause = prepare(
            sa.text(
                "INSERT INTO accounts (username, account_key, platform, device, logined,"
                " paused_reason, paused_at, create_time)"
                " VALUES (:username, :account_key, :platform, :device, 1, :reason, :now, :now)"
                " ON CONFLICT (platform, account_key)"
                " DO UPDATE SET paused_reason = excluded.paused_reason,"
                " paused_at = excluded.paused_at"
            )
        )
        self._resume = prepare(
            sa.update(accounts)
            .where(
                accounts.c.platform == sa.bindparam("of_platform"),
                accounts.c.account_key == sa.bindparam("of_key"),
            )
            .values(paused_reason=sa.null(), paused_at=sa.null())
        )

    def configure(self, limits: DailyLimits, now: float) -> None:
        """Set the limits; what was blocked by the old ones is judged anew."""
        self._limits = {kind: limit for kind, limit in limits.model_dump().items() if limit > 0}
        day, midnight = self._day(now)
        with self._database.write(durable=False) as session:
            for block in session.all(self._blocks):
                if block[2] != _PAUSE:
                    session.run(
                        self._unblock, of_platform=block[0], of_key=block[1], of_kind=block[2]
                    )
            for platform, key, kind, count in session.all(self._counts_of_day, of_day=day):
                if count >= self._limits.get(kind, count + 1):
                    self._block_in(session, platform, key, kind, midnight)
            self._note_release(session)

    def record(self, platform: str, username: str, counts: Mapping[str, int], now: float) -> None:
        """Add what an account did to its day (`TaskRepository.complete` does this itself)."""
        with self._database.write(durable=True) as session:
            self.record_in(session, platform, account_key(username), counts, now)

    def record_in(
        self, session: Session, platform: str, key: str, counts: Mapping[str, int], now: float
    ) -> None:
        """Add what an account did to its day, in a transaction that is open."""
        day, midnight = self._day(now)
        for kind, added in counts.items():
            if added <= 0:
                continue
            where = {"of_platform": platform, "of_key": key, "of_kind": kind}
            session.run(
                self._add_count,
                platform=platform, account_key=key, day=day, kind=kind, added=added,
            )  # fmt: skip
            count = session.scalar(self._count, of_day=day, **where)
            if count >= self._limits.get(kind, count + 1):
                self._block_in(session, platform, key, kind, midnight)
        self._note_release(session)

    def count(self, platform: str, username: str, kind: str, now: float) -> int:
        """Return how often an account did a thing in the local day of `now`."""
        with self._database.read() as session:
            found = session.scalar(
                self._count,
                of_platform=platform,
                of_key=account_key(username),
                of_kind=kind,
                of_day=self._day(now)[0],
            )
        return found or 0

    def remaining(self, platform: str, key: str | None, now: float) -> dict[str, dict[str, int]]:
        """Return how often accounts may still do each thing in the local day of `now`.

        By account key and kind; `""` is for the accounts that have done nothing yet. `key` None
        returns every account of the platform. Kinds without a limit are left out.
        """
        of_day, _ = self._day(now)
        with self._database.read() as session:
            if key is None:
                rows = session.all(self._counts_of_platform, of_platform=platform, of_day=of_day)
            else:
                rows = session.all(
                    self._counts_of_account, of_platform=platform, of_key=key, of_day=of_day
                )
        left = {"": dict(self._limits)}
        for account, kind, count in rows:
            if kind in self._limits:
                of_account = left.setdefault(account, dict(self._limits))
                of_account[kind] = max(0, self._limits[kind] - count)
        return left

    def pause(
        self, platform: str, username: str, serial: str | None, reason: str, now: float
    ) -> None:
        """Hold back every task of an account until somebody resumes it."""
        with self._database.write(durable=True) as session:
            self.pause_in(session, platform, username, serial, reason, now)

    def pause_in(
        self,
        session: Session,
        platform: str,
        username: str,
        serial: str | None,
        reason: str,
        now: float,
    ) -> None:
        """Pause an account in a transaction that is open; one not yet known becomes known."""
        key = account_key(username)
        session.run(
            self._pause,
            username=username, account_key=key, platform=platform, device=serial,
            reason=reason, now=now,
        )  # fmt: skip
        self._block_in(session, platform, key, _PAUSE, None)

    def resume(self, platform: str, username: str) -> bool:
        """End an account's pause; False when it was not paused."""
        with self._database.write(durable=True) as session:
            return self.resume_in(session, platform, account_key(username))

    def resume_in(self, session: Session, platform: str, key: str) -> bool:
        """End an account's pause in a transaction that is open."""
        session.run(self._resume, of_platform=platform, of_key=key)
        return session.run(self._unblock, of_platform=platform, of_key=key, of_kind=_PAUSE) == 1

    def release(self, now: float) -> None:
        """Let go of the accounts whose day is over; cheap when there are none."""
        with self._lock:
            if self._next_release is None or now < self._next_release:
                return
        with self._database.write(durable=False) as session:
            session.run(self._expired, now=now)
            self._note_release(session)

    def next_release(self) -> float | None:
        """Return when the next daily limit ends, None when none is reached."""
        with self._lock:
            return self._next_release

    def blocks(self) -> dict[tuple[str, str, str], float | None]:
        """Return what is held back: (platform, account key, kind) → until when."""
        with self._database.read() as session:
            return {(row[0], row[1], row[2]): row[3] for row in session.all(self._blocks)}

    def paused(self) -> set[tuple[str, str]]:
        """Return the accounts that wait for a person: (platform, account key)."""
        return {(platform, key) for platform, key, kind in self.blocks() if kind == _PAUSE}

    def _block_in(
        self, session: Session, platform: str, key: str, kind: str, until: float | None
    ) -> None:
        where = {"of_platform": platform, "of_key": key, "of_kind": kind}
        if session.first(self._is_blocked, **where) is None:
            session.run(self._block, platform=platform, account_key=key, kind=kind, until=until)

    def _note_release(self, session: Session) -> None:
        # Noted before the commit: a commit that fails makes the next claim look once for nothing.
        moment = session.scalar(self._first_end)
        with self._lock:
            self._next_release = moment

    def _day(self, now: float) -> tuple[str, float]:
        """Return the local day of a moment, and when it ends."""
        local = datetime.fromtimestamp(now, UTC).astimezone(self._zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), time(0), self._zone)
        return local.date().isoformat(), midnight.timestamp()
