"""Secrets kept out of what a runner says, writes and keeps."""

import base64
import io
import json
import threading
from collections.abc import Iterable, Mapping
from typing import Any, TextIO, cast
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from pydantic import SecretStr

from tikmatrix_desktop.domain.run import RunTask
from tikmatrix_desktop.scripts.script import REDACTED, Script

SHORTEST = 4
"""Characters: what is shorter is found in every second line, and is no password of any app."""


class Redactor:
    """Replaces a task's secrets wherever they show, also in the forms that tools write them in."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        # The longest first: a secret may begin like another.
        self._forms = sorted(forms, key=len, reverse=True)

    @classmethod
    def of(cls, order: RunTask, script: Script | None) -> "Redactor":
        """Return the one for an order: for its credentials, and its config's secrets."""
        found: list[str] = []
        credentials = order.credentials
        if credentials is not None:
            given = (credentials.password, credentials.totp_secret)
            found += [each.get_secret_value() for each in given if isinstance(each, SecretStr)]
        if script is not None:
            found += _hidden(order.script_config, script.redacted(order.script_config))
        return cls(found)

    @property
    def has_secrets(self) -> bool:
        """Whether there is anything to keep out."""
        return bool(self._forms)

    def shows(self, text: str) -> bool:
        """Whether a secret is in the text."""
        return any(form in text for form in self._forms)

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        for form in self._forms:
            text = text.replace(form, REDACTED)
        return text

    def data(self, value: Any) -> Any:
        """Return JSON values without secrets."""
        if not self._forms:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            pairs = cast("Mapping[Any, Any]", value).items()
            return {self.data(key): self.data(item) for key, item in pairs}
        if isinstance(value, list | tuple):
            return [self.data(item) for item in cast("list[Any]", value)]
        return value


class RedactedStream(io.TextIOBase):
    """Passes on what is printed or logged, without the secrets of the tasks that run.

    At level debug, libraries log every request to a phone, and with it what is typed there.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._redactors: tuple[Redactor, ...] = ()

    def add(self, redactor: Redactor) -> None:
        """Keep these secrets out from now on."""
        if redactor.has_secrets:
            with self._lock:
                self._redactors = (*self._redactors, redactor)

    def remove(self, redactor: Redactor) -> None:
        """Forget these secrets: nothing uses them any more."""
        with self._lock:
            self._redactors = tuple(each for each in self._redactors if each is not redactor)

    def write(self, text: str) -> int:
        """Write the text and return its length, as it came."""
        shown = text
        for redactor in self._redactors:
            shown = redactor.text(shown)
        self._stream.write(shown)
        return len(text)

    def flush(self) -> None:
        """Have it on its way."""
        self._stream.flush()

    def fileno(self) -> int:
        """Return the descriptor of the stream behind, for programs that are started."""
        return self._stream.fileno()

    def writable(self) -> bool:
        """Whether it can be written to, as it always can."""
        return True


def _hidden(config: Any, shown: Any) -> list[str]:
    """Return the texts of a config that are replaced in what is shown of it."""
    if shown == REDACTED and config != REDACTED:
        return [str(config)]
    if isinstance(config, dict) and isinstance(shown, dict):
        pairs = cast("dict[str, Any]", config).items()
        visible = cast("dict[str, Any]", shown)
        return [text for key, value in pairs for text in _hidden(value, visible.get(key))]
    return []


def _forms(secret: str) -> set[str]:
    """Return how JSON, XML, addresses, adb's keyboards, Python and a shell write a text."""
    raw = secret.encode("utf-8", "surrogatepass")
    spaced = secret.replace(" ", "%s")
    return {
        secret,
        base64.b64encode(raw).decode(),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret)[1:-1])[1:-1],
        escape(secret),
        escape(secret, {'"': "&quot;"}),
        escape(secret, {'"': "&quot;", "'": "&apos;"}),
        escape(secret, {'"': "&quot;", "'": "&#39;"}),
        quote(raw, safe=""),
        quote_plus(raw),
        repr(secret)[1:-1],
        spaced,
        secret.replace("'", "'\"'\"'"),
    }
