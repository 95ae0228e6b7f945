"""Which model writes comments, and how it is asked: any server that speaks OpenAI's protocol."""

import ipaddress
from collections.abc import Iterator
from typing import Annotated, Any, cast
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_serializer,
    model_validator,
)

from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.scripts.script import REDACTED, Whole

OPENAI = "https://api.openai.com/v1"
DEFAULT_PROMPT = "Write a short, friendly comment about this video, in the language of its caption."

_ENDPOINT = "/chat/completions"


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")
    return value


class ChatSettings(BaseModel):
    """The server, the key, and the words; two spellings of one thing must say the same."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr = Field(
        default=SecretStr(""),
        max_length=1000,
        title="API key",
        description="The key of the server; a server of your own may need none.",
        json_schema_extra={"x-editor": "secret"},
    )
    model: str = Field(
        default="gpt-3.5-turbo",
        max_length=200,
        title="Model",
        description="The model's name, as the server calls it.",
    )
    prompt: str = Field(
        default="",
        max_length=20_000,
        title="Prompt",
        description="What to write. The video's author and caption are given with it.",
        json_schema_extra={"x-editor": "lines"},
    )
    system_prompt: str = Field(
        default="",
        max_length=20_000,
        title="Prompt (other spelling)",
        description="The same as the prompt.",
        json_schema_extra={"x-editor": "hidden"},
    )
    max_tokens: Annotated[Whole, Field(ge=1, le=4096)] = Field(
        default=100,
        title="Longest answer",
        description="How many tokens an answer may have.",
        json_schema_extra={"x-unit": "tokens"},
    )
    temperature: Annotated[float, BeforeValidator(_no_boolean), Field(ge=0, le=2)] = Field(
        default=0.7,
        allow_inf_nan=False,
        title="Temperature",
        description="0 writes always much the same, 2 writes wildly.",
    )
    base_url: str = Field(
        default="",
        max_length=2000,
        title="Server",
        description="The address of the server's API, such as http://localhost:11434/v1; OpenAI's"
        " own when it is empty.",
    )
    url: str = Field(
        default="",
        max_length=2000,
        title="Server (other spelling)",
        description="The same as the server.",
        json_schema_extra={"x-editor": "hidden"},
    )

    @model_validator(mode="before")
    @classmethod
    def _leave_out_null(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        given = cast("dict[str, Any]", data)
        return {key: value for key, value in given.items() if value is not None}

    @field_serializer("api_key")
    def _stored(self, key: SecretStr) -> str:
        # A stored task must be able to run; the store seals the key.
        return key.get_secret_value()

    @property
    def key(self) -> str:
        """The API key itself, without blanks around it."""
        return self.api_key.get_secret_value().strip()

    @property
    def instruction(self) -> str:
        """What the model is told to write."""
        return self.prompt.strip() or self.system_prompt.strip() or DEFAULT_PROMPT

    @property
    def endpoint(self) -> str:
        """The address to which questions are posted."""
        base = (self.base_url.strip() or self.url.strip() or OPENAI).rstrip("/")
        return base if base.endswith(_ENDPOINT) else base + _ENDPOINT

    @property
    def is_on_this_computer(self) -> bool:
        """Whether the server is reached without leaving this computer, so by no proxy."""
        host = urlsplit(self.endpoint).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    def faults(self) -> Iterator[FieldError]:
        """Yield what is wrong; the key is in no message. Field names are those in here."""
        for field, other in (("prompt", "system_prompt"), ("base_url", "url")):
            one, two = getattr(self, field).strip(), getattr(self, other).strip()
            if one and two and one != two:
                yield FieldError(field=other, message=f"says something else than {field}")
        if not self.model.strip():
            yield FieldError(field="model", message="is required")
        where = "base_url" if self.base_url.strip() or not self.url.strip() else "url"
        if fault := _address_fault(self.endpoint):
            yield FieldError(field=where, message=fault)
        if fault := self._key_fault():
            yield FieldError(field="api_key", message=fault)

    def _key_fault(self) -> str | None:
        if not self.key:
            has_server = self.base_url.strip() or self.url.strip()
            return None if has_server else "is required, unless base_url names a server of your own"
        if self.key == REDACTED:
            return "is the stand-in that is shown for a key; give the key itself"
        if not self.key.isascii() or not self.key.isprintable() or " " in self.key:
            return "has characters that no key has"
        return None


def _address_fault(address: str) -> str | None:
    try:
        parts: SplitResult = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "is not the address of a server"
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return "must be an address that begins with http:// or https://"
    if not address.isprintable() or " " in address:
        return "is not the address of a server"
    if parts.username is not None or parts.password is not None:
        return "must not carry a name or password; the key goes into api_key"
    if parts.query or parts.fragment:
        return "must end with its path"
    return None
