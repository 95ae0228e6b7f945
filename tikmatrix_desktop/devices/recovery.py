"""What is done when a call to a phone fails: the ladder from a second try to a person."""

import logging
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from typing import Any, TypeVar

from tikmatrix_desktop.devices.connection import AdbError, NotDelivered, ShellResult
from tikmatrix_desktop.devices.link import PhoneLink, WrongPhone
from tikmatrix_desktop.devices.listing import ABSENT, Listed, is_address
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.ui_server import (
    UiAutomationTaken,
    UiCallFailed,
    UiElementNotFound,
    UiServer,
    UiServerLost,
)
from tikmatrix_desktop.domain.errors import (
    FailureCode,
    ScriptCancelled,
    ScriptFailed,
    TikMatrixError,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

FAULTS = (AdbError, OSError, HTTPException, UiServerLost)
"""What adb, its sockets and the uiautomator server fail with; a timeout is among them."""

RETURN_SECONDS = 30.0
"""How long a call waits for a phone that dropped off the bus."""

COOL_DOWN = 30.0
"""Seconds between two reconnections of the same phone's transport."""

_CONNECT_EVERY = 2.0

ACCEPT_DIALOG = (
    "accept the dialog 'Allow USB debugging' on the phone, "
    "and tick 'Always allow from this computer'"
)


class OutcomeUnknown(TikMatrixError):
    """An action that must not be repeated blindly may or may not have happened: look first."""


class Recovery:
    """Calls to one phone, and the repairs between their attempts.

    A repeatable call is tried again after each repair: wait until the phone is back and its
    uiautomator server runs, restart that server, end other holders of UiAutomation, reconnect the
    transport. One that is not repeatable is tried again only when it never reached the phone.
    Raises `ScriptCancelled` when stopped, `OutcomeUnknown`, and `ScriptFailed` with `DEVICE_LOST`
    when the phone stays away or `DEVICE_NEEDS_ATTENTION` when only a person can help.
    """

    def __init__(self, link: PhoneLink, ui: UiServer, pace: Pace) -> None:
        self.link = link
        self.pace = pace
        self._ui = ui
        self._reconnected_at: float | None = None

    def check(self) -> None:
        """Raise `ScriptCancelled` when the task was told to stop."""
        self.pace.check()
        if self.link.interrupted:
            raise ScriptCancelled

    def shell(self, command: str, timeout: float = 15, *, repeatable: bool = True) -> ShellResult:
        """Run a quoted command line on the phone."""
        what = command.split(" ", 1)[0]
        return self.run(what, lambda: self.link.shell(command, timeout), repeatable=repeatable)

    def call(
        self, method: str, *parameters: object, timeout: float = 10, repeatable: bool = True
    ) -> Any:
        """Call the uiautomator server. Raises `UiElementNotFound` when no element matches."""
        try:
            return self.run(
                method,
                lambda: self._ui.call(method, *parameters, timeout=timeout),
                repeatable=repeatable,
                needs_ui=True,
            )
        except UiElementNotFound:
            raise
        except UiCallFailed as error:
            raise _refusal(error) from error

    def run(
        self, what: str, action: Callable[[], T], *, repeatable: bool, needs_ui: bool = False
    ) -> T:
        """Do `action`, with the repairs it takes; `what` names it in logs and remarks."""
        self.check()
        try:
            return action()
        except FAULTS as error:
            fault: Exception = error
        self._judge(what, fault, repeatable)
        for repair in self._ladder(needs_ui):
            try:
                repair()
            except FAULTS as error:
                self.check()
                log.warning("%s: repair failed: %s", what, error, extra=self._fields)
                fault = error
                continue
            try:
                return action()
            except FAULTS as error:
                fault = error
            self._judge(what, fault, repeatable)
        raise self._give_up(what, fault, needs_ui)

    def await_phone(self) -> None:
        """Wait until the phone answers, 30 s at most, reconnecting one that is called by address.

        Raises `ScriptFailed` when it does not come back, `ScriptCancelled` when stopped.
        """
        deadline = self.pace.deadline(RETURN_SECONDS)
        last_connect = time.monotonic() - _CONNECT_EVERY + 0.5  # adb may bring it back by itself
        while True:
            self.check()
            fault = self._look()
            if fault is None:
                return
            if deadline.expired:
                raise self._lost(fault)
            if (
                is_address(self.link.adb_serial)
                and time.monotonic() - last_connect > _CONNECT_EVERY
            ):
                self._connect()
                last_connect = time.monotonic()
            self.pace.real_sleep(0.2)

    def _ladder(self, needs_ui: bool) -> Iterator[Callable[[], None]]:
        if needs_ui:
            yield self._return_with_ui
            yield self._restart_ui
            yield self._evict_and_restart_ui
            yield self._reconnect_with_ui
        else:
            yield self.await_phone
            yield self._reconnect

    def _judge(self, what: str, fault: Exception, repeatable: bool) -> None:
        """Let the next attempt go on, or raise what ends the call."""
        self.check()
        log.warning("%s failed: %s", what, fault or repr(fault), extra=self._fields)
        if not repeatable and not isinstance(fault, NotDelivered):
            raise OutcomeUnknown(f"{what} may or may not have happened: {fault!r}") from fault

    def _return_with_ui(self) -> None:
        self.await_phone()
        self._start_ui(self._ui.start)

    def _restart_ui(self) -> None:
        self.await_phone()
        self._start_ui(self._ui.restart)

    def _evict_and_restart_ui(self) -> None:
        self.await_phone()
        self._ui.evict()
        self._ui.start(self.pace)

    def _start_ui(self, start: Callable[[Pace], None]) -> None:
        try:
            start(self.pace)
        except UiAutomationTaken:
            log.warning("ending other holders of UiAutomation", extra=self._fields)
            self._evict_and_restart_ui()

    def _reconnect_with_ui(self) -> None:
        self._reconnect()
        self._ui.restart(self.pace)

    def _reconnect(self) -> None:
        """Have the transport opened anew, unless that was done in the last 30 s."""
        now = time.monotonic()
        if self._reconnected_at is None or now - self._reconnected_at > COOL_DOWN:
            self._reconnected_at = now
            log.warning("reconnecting the transport", extra=self._fields)
            if is_address(self.link.adb_serial):
                self._connect(anew=True)
            else:
                found = self.link.listed()
                if found.transport_id is not None:
                    self.link.query(f"host-transport-id:{found.transport_id}:reconnect", 5)
            self.link.forget()
        self.await_phone()

    def _connect(self, anew: bool = False) -> None:
        """Ask adb to connect to the phone's address, freeing the name first if it must be."""
        address = self.link.adb_serial
        try:
            found = self.link.listed()
            if found.ready and not anew:
                return
            if found.state != ABSENT:
                self.link.query(f"host:disconnect:{address}", 5)
            self.link.query(f"host:connect:{address}", 5)
        except (AdbError, OSError) as error:
            log.debug("adb connect: %s", error, extra=self._fields)

    def _look(self) -> str | None:
        """Return None when the phone answers, else why it does not."""
        try:
            self.link.identify()
        except WrongPhone as error:
            return str(error)
        except (AdbError, OSError) as error:
            return str(error) or repr(error)
        return None

    def _lost(self, fault: str) -> ScriptFailed:
        state = self._state()
        if state is not None and state.state == "unauthorized":
            return ScriptFailed(FailureCode.DEVICE_NEEDS_ATTENTION, ACCEPT_DIALOG)
        if state is not None and state.state == "no permissions":
            return ScriptFailed(
                FailureCode.DEVICE_NEEDS_ATTENTION,
                f"this computer may not open the phone's USB device: {state.detail}",
            )
        return ScriptFailed(
            FailureCode.DEVICE_LOST,
            f"the phone was lost and did not come back within {RETURN_SECONDS:.0f} s ({fault})",
        )

    def _state(self) -> Listed | None:
        try:
            return self.link.listed()
        except (AdbError, OSError):
            return None

    def _give_up(self, what: str, fault: Exception, needs_ui: bool) -> ScriptFailed:
        if needs_ui:
            remark = (
                "the phone answers, but its uiautomator server does not work even after a restart; "
                f"restart the phone ({what}: {fault or repr(fault)})"
            )
        else:
            remark = f"the phone does not carry out {what}: {fault or repr(fault)}"
        return ScriptFailed(FailureCode.DEVICE_NEEDS_ATTENTION, remark)

    @property
    def _fields(self) -> dict[str, str]:
        return {"serial": self.link.adb_serial}


def _refusal(error: UiCallFailed) -> ScriptFailed:
    text = str(error)
    if "INJECT_EVENTS" in text:
        return ScriptFailed(
            FailureCode.DEVICE_NEEDS_ATTENTION,
            "the phone does not let its screen be tapped from outside: switch on "
            "'USB debugging (Security settings)' in its developer options",
        )
    return ScriptFailed(FailureCode.DEVICE_NEEDS_ATTENTION, f"the phone refused {text}")
