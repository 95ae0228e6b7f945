"""What can go wrong, as one tree.

TikMatrixError
├── RequestError                 the caller can do something about it; carries a wire code
│   ├── InvalidParameters        40001
│   ├── ScriptNameMissing        40002
│   ├── ScriptNotSupported       40003
│   ├── AccountNotFound          40004
│   ├── PlanWithoutApi           40301
│   ├── RequestRefused           40302
│   ├── ResourceNotFound         40401
│   ├── MethodNotAllowed         40501
│   ├── BodyTooLarge             41301
│   ├── UnsupportedMediaType     41501
│   ├── StateConflict            40901
│   └── InternalError            50001
├── ScriptFailed                 a script ended without reaching its goal; carries a FailureCode
│   └── NeedsPerson              only a human can go on
├── ScriptCancelled              the operator, or the program's end, stopped the script
├── SecretUnreadable             a stored password or key cannot be opened here
├── StartError                   the program cannot start; its message says what to do
│   ├── PortInUse
│   └── DataFolderInUse
└── ServiceUnavailable           the service did not answer (raised by the client)
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import BaseModel

from tikmatrix_desktop.domain.start_errors import (
    DataFolderInUse,
    PortInUse,
    StartError,
    TikMatrixError,
)

__all__ = [
    "REQUEST_ERRORS",
    "AccountNotFound",
    "BodyTooLarge",
    "DataFolderInUse",
    "FailureCode",
    "FieldError",
    "InternalError",
    "InvalidParameters",
    "MethodNotAllowed",
    "NeedsPerson",
    "PlanWithoutApi",
    "PortInUse",
    "RequestError",
    "RequestRefused",
    "ResourceNotFound",
    "ScriptCancelled",
    "ScriptFailed",
    "ScriptNameMissing",
    "ScriptNotSupported",
    "SecretUnreadable",
    "ServiceUnavailable",
    "StartError",
    "StateConflict",
    "TikMatrixError",
    "UnsupportedMediaType",
]


class FieldError(BaseModel):
    """One fault in a request; `field` is a dotted path such as `script_config.max_duration`."""

    field: str
    message: str


class RequestError(TikMatrixError):
    """The request cannot be carried out as it was sent."""

    code: ClassVar[int] = 50001

    def __init__(self, message: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class InvalidParameters(RequestError):
    """The request has parameters that are missing, unknown, or of the wrong type or range."""

    code = 40001

    def __init__(self, errors: Sequence[FieldError], message: str | None = None) -> None:
        self.errors = list(errors)
        text = message or "; ".join(f"{error.field}: {error.message}" for error in self.errors)
        super().__init__(text, {"errors": [error.model_dump() for error in self.errors]})

    @classmethod
    def single(cls, field: str, message: str) -> "InvalidParameters":
        """Make the error for one field."""
        return cls([FieldError(field=field, message=message)])


class ScriptNameMissing(RequestError):
    """The request names no script."""

    code = 40002


class ScriptNotSupported(RequestError):
    """There is no script of that name."""

    code = 40003


class AccountNotFound(RequestError):
    """No account matches the request."""

    code = 40004


class PlanWithoutApi(RequestError):
    """The licence does not include the API."""

    code = 40301


class RequestRefused(RequestError):
    """The request comes from a place, or asks for a thing, that is not allowed."""

    code = 40302


class ResourceNotFound(RequestError):
    """There is nothing at that address."""

    code = 40401


class MethodNotAllowed(RequestError):
    """The address exists, but not for that HTTP method."""

    code = 40501


class BodyTooLarge(RequestError):
    """The request's body is larger than 1 MiB."""

    code = 41301


class UnsupportedMediaType(RequestError):
    """The request's body is not `application/json`."""

    code = 41501


class StateConflict(RequestError):
    """The thing is not in a state in which this can be done to it."""

    code = 40901


class InternalError(RequestError):
    """The panel failed; the message carries the trace id under which the log explains it."""

    code = 50001


REQUEST_ERRORS: Mapping[int, type[RequestError]] = {
    kind.code: kind
    for kind in (
        InvalidParameters,
        ScriptNameMissing,
        ScriptNotSupported,
        AccountNotFound,
        PlanWithoutApi,
        RequestRefused,
        ResourceNotFound,
        MethodNotAllowed,
        BodyTooLarge,
        UnsupportedMediaType,
        StateConflict,
        InternalError,
    )
}


class FailureCode(StrEnum):
    """Why a task failed: the task's `error_code`."""

    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    RUNNER_DIED = "runner_died"
    TIMEOUT = "timeout"
    SCRIPT_ERROR = "script_error"
    DEVICE_LOST = "device_lost"
    DEVICE_NEEDS_ATTENTION = "device_needs_attention"
    STORAGE_FULL = "storage_full"
    APP_NOT_INSTALLED = "app_not_installed"
    APP_CRASHED = "app_crashed"
    UNSUPPORTED_APP_LANGUAGE = "unsupported_app_language"
    UNEXPECTED_SCREEN = "unexpected_screen"
    HUMAN_VERIFICATION_REQUIRED = "human_verification_required"
    ACCOUNT_BLOCKED = "account_blocked"
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 - a failure's name, not a secret
    ACCOUNT_NOT_ON_DEVICE = "account_not_on_device"
    DAILY_LIMIT = "daily_limit"
    NOT_LOGGED_IN = "not_logged_in"
    LOGIN_FAILED = "login_failed"
    FIELD_REFUSED = "field_refused"
    TARGET_NOT_FOUND = "target_not_found"
    NO_MATERIAL = "no_material"
    MATERIAL_UNREADABLE = "material_unreadable"
    TEXT_NOT_ACCEPTED = "text_not_accepted"
    UPLOAD_TIMEOUT = "upload_timeout"
    ACTION_NOT_CONFIRMED = "action_not_confirmed"
    PUBLISH_UNCONFIRMED = "publish_unconfirmed"
    NOT_SUPPORTED_ON_PLATFORM = "not_supported_on_platform"


class ScriptFailed(TikMatrixError):
    """A script could not reach its goal; `remark` says why, in words an operator understands."""

    def __init__(self, code: FailureCode, remark: str) -> None:
        super().__init__(f"{code}: {remark}")
        self.code = code
        self.remark = remark


class NeedsPerson(ScriptFailed):
    """The app asks for a human; the account is paused and nothing more is tapped."""


class ScriptCancelled(TikMatrixError):
    """The script was told to stop."""


class SecretUnreadable(TikMatrixError):
    """A stored secret cannot be opened; the message says why and what to do."""


class ServiceUnavailable(TikMatrixError):
    """The service could not be reached or broke off its answer."""
