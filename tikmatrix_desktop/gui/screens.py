"""Pictures of the phones' screens, for those that can be seen, at a modest rate."""

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmap

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.gui.tables.device_list import DeviceList

TICK_MILLISECONDS = 500
FRESH_SECONDS = 4.0
AFTER_FAILURE_SECONDS = 15.0
AT_ONCE = 2


class ScreenWatch(QObject):
    """Asks for the oldest pictures first, two at a time; nobody looking, nothing asked."""

    def __init__(self, session: Session, view: DeviceList) -> None:
        super().__init__(session)
        self._session = session
        self._view = view
        self._in_flight: set[str] = set()
        self._next_try: dict[str, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def stop(self) -> None:
        """Ask for no more."""
        self._timer.stop()

    def look(self) -> None:
        """Ask for the pictures that are due, and have ages drawn anew."""
        view = self._view
        if not view.shows_cards or not view.isVisible() or view.window().isMinimized():
            return
        seen = view.visible_serials()
        now = time.monotonic()
        due = [serial for serial in seen if self._is_due(serial, now)]
        due.sort(key=lambda serial: self._next_try.get(serial, 0.0))
        for serial in due[: max(0, AT_ONCE - len(self._in_flight))]:
            self._ask(serial)
        if int(now * 2) % 4 == 0:
            view.phones.redraw(seen)

    def _is_due(self, serial: str, now: float) -> bool:
        device = self._session.devices.get(serial)
        return (
            device is not None
            and device.state is DeviceState.ONLINE
            and serial not in self._in_flight
            and now >= self._next_try.get(serial, 0.0)
        )

    def _ask(self, serial: str) -> None:
        self._in_flight.add(serial)
        self._session.requests.run(
            self._session.client.device_screenshot(serial, self._view.picture_width),
            lambda data: self._take(serial, data),
            lambda _error: self._again(serial, AFTER_FAILURE_SECONDS),
        )

    def _take(self, serial: str, data: bytes) -> None:
        self._again(serial, FRESH_SECONDS)
        picture = QPixmap()
        if picture.loadFromData(data):
            self._view.phones.set_picture(serial, picture, time.monotonic())

    def _again(self, serial: str, seconds: float) -> None:
        self._in_flight.discard(serial)
        self._next_try[serial] = time.monotonic() + seconds
