"""From an HTTP answer to a domain model, or to the error the service meant."""

from typing import Any, Generic, TypeVar, cast

import httpx
from pydantic import BaseModel, ValidationError

from tikmatrix_desktop.domain.errors import (
    REQUEST_ERRORS,
    FieldError,
    InvalidParameters,
    RequestError,
    ServiceUnavailable,
    TikMatrixError,
)

DataT = TypeVar("DataT")


class Answer(BaseModel, Generic[DataT]):
    """The envelope."""

    code: int
    message: str
    data: DataT


def data_of(response: httpx.Response, model: type[Answer[DataT]]) -> DataT:
    """Return what the envelope carries.

    Raises the class of `domain.errors` that the answer's code stands for, or ServiceUnavailable
    when what answered is not our service.
    """
    if not response.is_success:
        raise error_of(response)
    try:
        return model.model_validate_json(response.content).data
    except ValidationError as error:
        raise ServiceUnavailable(
            f"the answer to {response.request.url.path} is not understood: {error.errors()[0]}"
        ) from error


def file_of(response: httpx.Response) -> bytes:
    """Return the file that an answer without envelope is. Raises as `data_of` does."""
    if not response.is_success:
        raise error_of(response)
    return response.content


def error_of(response: httpx.Response) -> TikMatrixError:
    """Return the error that an answer means."""
    try:
        answer = Answer[dict[str, Any] | list[Any] | None].model_validate_json(response.content)
    except ValidationError:
        return ServiceUnavailable(
            f"what answers at {response.request.url.host}:{response.request.url.port} "
            f"is not this service (HTTP {response.status_code})"
        )
    data = answer.data if isinstance(answer.data, dict) else None
    kind = REQUEST_ERRORS.get(answer.code, RequestError)
    if kind is InvalidParameters:
        return InvalidParameters(_field_errors(data), answer.message)
    return kind(answer.message, data)


def _field_errors(data: dict[str, Any] | None) -> list[FieldError]:
    given = (data or {}).get("errors", [])
    if not isinstance(given, list):
        return []
    return [FieldError.model_validate(item) for item in cast("list[Any]", given)]
