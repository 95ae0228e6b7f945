"""A request as the routers read it: who asks, and body and query as domain models."""

from typing import TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from tikmatrix_desktop.api.security import BODY_KEY, SOURCE_KEY
from tikmatrix_desktop.domain.errors import FieldError, InvalidParameters, ResourceNotFound
from tikmatrix_desktop.domain.task import MAX_TASK_ID, Source
from tikmatrix_desktop.scripts.faults import field_errors

ModelT = TypeVar("ModelT", bound=BaseModel)

_BOM = b"\xef\xbb\xbf"


class Call(Request):
    """A request that passed the guard, which has read the body already."""

    @property
    def source(self) -> Source:
        """Who asks; the guard alone says so."""
        return self.scope.get(SOURCE_KEY, Source.API)

    @property
    def content(self) -> bytes:
        """The body, without the byte order mark that some editors put before it."""
        body: bytes = self.scope.get(BODY_KEY, b"")
        return body.removeprefix(_BOM)

    @property
    def task_id(self) -> int:
        """The number in the path. Raises ResourceNotFound for one that no task can have."""
        return self._number("task")

    @property
    def account_id(self) -> int:
        """The number in the path. Raises ResourceNotFound for one that no account can have."""
        return self._number("account")

    def parsed(self, model: type[ModelT]) -> ModelT:
        """Return the body as a model. Raises InvalidParameters with every fault."""
        content = self.content
        if not content:
            raise InvalidParameters.single("body", "a JSON object is required")
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            raise _invalid(error, model) from None

    def parsed_or_default(self, model: type[ModelT]) -> ModelT:
        """Return the body as a model, or the model's defaults when there is no body."""
        return self.parsed(model) if self.content else model()

    def query(self, model: type[ModelT]) -> ModelT:
        """Return the query parameters as a model. Raises InvalidParameters with every fault."""
        text: bytes = self.scope["query_string"]
        if not text:
            return model()
        pairs = parse_qsl(text.decode("latin-1"), keep_blank_values=True)
        values = dict(pairs)
        if len(values) != len(pairs):
            names = [name for name, _ in pairs]
            twice = sorted({name for name in names if names.count(name) > 1})
            raise InvalidParameters(
                [FieldError(field=name, message="is given more than once") for name in twice]
            )
        try:
            return model.model_validate_strings(values)
        except ValidationError as error:
            raise _invalid(error, model) from None

    def _number(self, noun: str) -> int:
        number = int(self.path_params[f"{noun}_id"])
        if number > MAX_TASK_ID:
            raise ResourceNotFound(f"there is no {noun} {number}")
        return number

    def take_no_query(self) -> None:
        """Refuse query parameters where there are none."""
        if self.scope["query_string"]:
            self.query(Nothing)

    def take_nothing(self) -> None:
        """Refuse query parameters and fields where there is nothing to say with them."""
        self.take_no_query()
        if self.content:
            self.parsed(Nothing)


class Nothing(BaseModel):
    """The parameters of a route that takes none; an empty object is as good as no body."""

    model_config = {"extra": "forbid"}


def _invalid(error: ValidationError, model: type[BaseModel]) -> InvalidParameters:
    faults = field_errors(error, model)
    if not model.model_fields:
        faults = [
            fault.model_copy(update={"message": "is unknown; nothing is taken here"})
            if fault.field
            else fault
            for fault in faults
        ]
    return InvalidParameters(
        [
            fault if fault.field else FieldError(field="body", message=fault.message)
            for fault in faults
        ]
    )
