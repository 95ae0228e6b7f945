"""A chat server on this computer that answers as a test wants it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-0123456789"


@dataclass
class ChatServer:
    """What was asked, and what is answered: `words`, else `raw` bytes, with a status."""

    url: str
    words: str | None = "Lovely view!"
    raw: bytes = b""
    status: int = 200
    finish_reason: str = "stop"
    refusal: str | None = None
    hangs: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    end: threading.Event = field(default_factory=threading.Event)

    @property
    def settings(self) -> dict[str, Any]:
        """The `chatgpt_settings` that lead here."""
        return {"api_key": KEY, "model": "tiny-1", "base_url": f"{self.url}/v1"}

    def body(self) -> bytes:
        if self.words is None and self.refusal is None:
            return self.raw
        message = {"role": "assistant", "content": self.words, "refusal": self.refusal}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        return json.dumps({"object": "chat.completion", "choices": [choice]}).encode()


class _Handler(BaseHTTPRequestHandler):
    chat: ChatServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        chat = self.chat
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        chat.asked.append(json.loads(asked))
        chat.headers.append({name.lower(): value for name, value in self.headers.items()})
        chat.paths.append(self.path)
        chat.arrived.set()
        if chat.hangs:
            chat.end.wait(30)
            self.close_connection = True
            return
        body = chat.body()
        self.send_response(chat.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Write nothing into the output of the tests."""


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Run a server until the end of the block."""
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.chat = chat = ChatServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="chat")
    thread.start()
    try:
        yield chat
    finally:
        chat.end.set()
        server.shutdown()
        server.server_close()
        thread.join()
