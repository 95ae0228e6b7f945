"""The foot of the window: where the API is, how adb and secrets do, what runs, who is needed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStatusBar, QWidget

from tikmatrix_desktop.gui.icons import set_icon

if TYPE_CHECKING:
    from tikmatrix_desktop.gui.session import Session


class StatusPart(QWidget):
    """An icon and a few words; nothing is drawn while there are none."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._usual_icon = icon
        self._icon = QLabel()
        self._icon.setProperty("iconExtent", 13)
        self.label = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        row.addWidget(self._icon)
        row.addWidget(self.label)

    def say(self, text: str, icon: str = "", tint: str = "text-muted", tooltip: str = "") -> None:
        """Write the words, with the usual icon or another in the colour of their state."""
        self.label.setText(text)
        self.setVisible(bool(text))
        self.setToolTip(tooltip)
        if text:
            set_icon(self._icon, icon or self._usual_icon, tint)


class StatusLine(QWidget):
    """Fills a status bar and keeps it true."""

    needs_you_clicked = Signal()

    def __init__(self, bar: QStatusBar) -> None:
        super().__init__(bar)
        self._session: Session | None = None
        self.api = StatusPart("dot")
        self.adb = StatusPart("plug")
        self.phones = StatusPart("phone")
        self.tasks = StatusPart("tasks")
        self.plan = StatusPart("badge")
        self.secrets = StatusPart("lock")
        self.needs_you = QPushButton()
        self.needs_you.setProperty("role", "attention")
        self.needs_you.setToolTip("Show the phones that wait for a person")
        self.needs_you.clicked.connect(self.needs_you_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(20)
        for part in (self.api, self.adb, self.phones, self.tasks, self.plan, self.secrets):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.needs_you)
        bar.addWidget(self, 1)
        self.show_starting()

    def show_starting(self) -> None:
        """Say that there is no service yet."""
        self.api.say("API starting…", "dot", "waiting")
        for part in (self.adb, self.phones, self.tasks, self.plan, self.secrets):
            part.say("")
        self.needs_you.hide()

    def attach(self, session: "Session") -> None:
        """Follow a service."""
        self._session = session
        set_icon(self.needs_you, "hand", "needs-you")
        session.feed.state_changed.connect(self._show_api)
        session.health_changed.connect(self._show_adb)
        session.health_changed.connect(self._show_api)
        session.health_changed.connect(self._show_secrets)
        session.devices_changed.connect(self._show_phones)
        session.accounts_changed.connect(self._show_phones)
        session.stats_changed.connect(self._show_tasks)
        session.license_changed.connect(self._show_plan)
        self._show_api()

    def detach(self) -> None:
        """Follow no service."""
        self._session = None
        self.show_starting()

    def _show_api(self) -> None:
        session = self._session
        from tikmatrix_desktop.gui.feed import FeedState

        if session is None:
            return
        address = session.client.base_url.partition("://")[2].partition("/")[0]
        if session.feed.state is FeedState.LIVE:
            version = f"version {session.health.version}" if session.health else ""
            self.api.say(f"API {address}", "dot", "completed", version)
        elif session.feed.state is FeedState.CONNECTING:
            self.api.say(f"API {address} connecting…", "dot", "waiting")
        else:
            self.api.say(f"API {address} not answering, trying again", "alert", "failed")

    def _show_adb(self) -> None:
        health = self._session.health if self._session else None
        if health is None or not health.adb:
            self.adb.say("")
            return
        lost = [server for server in health.adb if not server.ok]
        details = "\n".join(
            f"{server.host}: {server.version or 'no answer'} {server.message}".strip()
            for server in health.adb
        )
        if lost:
            text = (
                "adb not answering"
                if len(health.adb) == 1
                else f"{len(lost)} of {len(health.adb)} adb servers not answering"
            )
            self.adb.say(text, "alert", "failed", details)
        else:
            version = health.adb[0].version or ""
            several = f"{len(health.adb)} servers" if len(health.adb) > 1 else version
            self.adb.say(f"adb {several} ok", "plug", "text-muted", details)

    def _show_phones(self) -> None:
        if self._session is None:
            return
        devices = self._session.devices.values()
        online = sum(device.state == "online" for device in devices)
        self.phones.say(f"{online}/{len(devices)} phones", "phone", "text-muted", "online / known")
        needed = len(self._session.needing_person())
        self.needs_you.setVisible(needed > 0)
        self.needs_you.setText(f"{needed} need{'s' if needed == 1 else ''} you")

    def _show_tasks(self) -> None:
        if self._session is not None:
            stats = self._session.stats
            self.tasks.say(f"{stats.running:,} running, {stats.pending:,} waiting")

    def _show_plan(self) -> None:
        plan = self._session.license if self._session else None
        if plan is not None:
            text = f"{plan.plan_name.value}, up to {plan.device_limit} phones"
            self.plan.say(text, "badge", "text-muted", plan.message)

    def _show_secrets(self) -> None:
        """Say how passwords are kept, unless that is in the system's keyring, as it should be."""
        health = self._session.health if self._session else None
        kept = health.secrets if health else None
        if kept is None or (kept.ok and kept.kept_in != "file"):
            self.secrets.say("")
        elif not kept.ok:
            self.secrets.say("passwords unreadable", "alert", "failed", kept.message)
        else:
            self.secrets.say("password key in a file", "lock", "text-muted", kept.message)
