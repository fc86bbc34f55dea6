"""What the tests of notices have in common: people are told, sign in, want mail; a chat server that really listens."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from django.test import Client

from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.notices import actions
from ducha.apps.notices.models import Notice, Preference

ACCEPTED = "The office accepted your self-inspection."


def told(member: Any, text: str = ACCEPTED, **others: Any) -> Notice:
    with recorded(SYSTEM, "test.told"):
        actions.tell([member], text=text, **others)
    return Notice.objects.filter(recipient=member).latest("id")


def signed_in(member: Any, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(member.person)
    return client


def wants_mail(member: Any, **others: Any) -> Preference:
    chosen = {"by_mail": True, "address": f"m{member.pk}@example.gov.cn", "language": "en"}
    preference = Preference(member=member)
    hours = {name: getattr(preference, name) for name in ("digest_at", "quiet_from", "quiet_until")}
    return actions.choose(preference, by=member, **{**hours, **chosen, **others})


@dataclass
class ChatServer:
    """A robot that keeps what it is told and answers as it is bidden."""

    origin: str = ""
    status: int = 200
    answer: Any = field(default_factory=lambda: {"errcode": 0, "errmsg": "ok"})
    location: str = ""
    received: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[ChatServer]:
    state = ChatServer()

    class Robot(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.received.append((self.path, content))
            self.send_response(state.status)
            if state.location:
                self.send_header("Location", state.location)
            self.end_headers()
            told = state.answer
            self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

        def do_GET(self) -> None:
            state.received.append((self.path, {"followed": True}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Robot)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.origin = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()
