"""Background calls of the window: what runs, who hears of the result, and the end of it all."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from tikmatrix_desktop.domain.errors import TikMatrixError

T = TypeVar("T")
_logger = logging.getLogger(__name__)


class Requests(QObject):
    """Runs coroutines on the window's loop and keeps them alive until they end.

    An error that no `on_error` takes is announced by `failed`, with a `TikMatrixError`.
    """

    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def pending(self) -> int:
        """How many calls have not ended."""
        return len(self._running)

    def run(
        self,
        coroutine: Coroutine[Any, Any, T],
        on_result: Callable[[T], object] | None = None,
        on_error: Callable[[TikMatrixError], object] | None = None,
    ) -> asyncio.Task[None] | None:
        """Start a coroutine; `on_result` gets what it returns. None once draining has begun."""
        if self._closed:
            coroutine.close()
            return None
        task = asyncio.get_event_loop().create_task(self._carry(coroutine, on_result, on_error))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, grace: float = 1.0) -> None:
        """Take no more calls, give those in flight `grace` seconds, and cancel the rest."""
        self._closed = True
        if self._running:
            await asyncio.wait(set(self._running), timeout=grace)
        for task in tuple(self._running):
            task.cancel()
        if self._running:
            await asyncio.wait(set(self._running), timeout=grace)

    async def _carry(
        self,
        coroutine: Coroutine[Any, Any, T],
        on_result: Callable[[T], object] | None,
        on_error: Callable[[TikMatrixError], object] | None,
    ) -> None:
        try:
            result = await coroutine
        except TikMatrixError as error:
            if self._closed:
                return
            if on_error is None:
                self.failed.emit(error)
            else:
                on_error(error)
            return
        if on_result is not None and not self._closed:
            on_result(result)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled() or (fault := task.exception()) is None:
            return
        _logger.error("a call of the window failed", exc_info=fault)
        self.failed.emit(TikMatrixError(f"the window met a fault of its own: {fault!r}"))
