"""How the end of a script is told to the engine."""

import logging
from dataclasses import dataclass

from tikmatrix_desktop.domain.errors import (
    FailureCode,
    InvalidParameters,
    NeedsPerson,
    ScriptCancelled,
    ScriptFailed,
    ScriptNotSupported,
)

LONGEST_REMARK = 300
"""Characters; the traceback is in the log."""

STOPPED_REMARK = "Stopped by the operator."

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """Why a task failed, in a code and in words, as long as they come and with all they say."""

    code: FailureCode
    remark: str
    pause_account: bool = False


def failure_of(error: Exception, cancelled: Failure | None) -> Failure:
    """Return what an exception of a script means.

    `cancelled` is why the task was told to stop, where it was: then whatever broke, broke because
    of that, unless a person is needed, which the operator must know all the same.
    """
    if isinstance(error, NeedsPerson):
        return Failure(error.code, error.remark, pause_account=True)
    if cancelled is not None:
        return cancelled
    if isinstance(error, ScriptCancelled):
        return Failure(FailureCode.STOPPED, STOPPED_REMARK)
    if isinstance(error, ScriptFailed):
        return Failure(error.code, error.remark)
    if isinstance(error, InvalidParameters | ScriptNotSupported):
        return Failure(FailureCode.SCRIPT_ERROR, f"This task cannot run any more: {error.message}")
    _logger.error("the script broke", exc_info=error)
    return Failure(FailureCode.SCRIPT_ERROR, _short(error))


def valid_text(text: str, longest: int) -> str:
    """Return the text as JSON can carry it, cut to so many characters.

    Half of a surrogate pair, from a screen or a file name, is no valid text.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"


def _short(error: Exception) -> str:
    words = " ".join(str(error).split())
    # Not cut yet: half of a secret would not be known for one.
    return f"The script broke: {type(error).__name__}" + (f": {words}" if words else "")
