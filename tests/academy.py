"""An academy on the loopback interface that answers battle histories as a test says."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PREFIX = "/api/redhawk"


@dataclass
class Academy:
    """`histories` by RedHawk's id; `answers` in their place: (status, body). `asked` are the paths, in order."""

    url: str = ""
    histories: dict[str, list[Any]] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, bytes]:
        rep = path.removeprefix(f"{PREFIX}/battle/stats/")
        if rep in self.answers:
            return self.answers[rep]
        if rep not in self.histories:
            return 404, b"Cannot GET"
        stats = {"wins": 0, "losses": 0, "abandoned": 0, "avgScore": 0, "highestLevel": 0}
        return 200, json.dumps({**stats, "history": self.histories[rep]}).encode()


def battle(session: str = "battle_1_x", **other: Any) -> dict[str, Any]:
    """A won battle of level 3 as RedHawk tells it."""
    told = {"id": session, "persona": "skeptic", "level": 3, "outcome": "win", "score": 80, "xpAwarded": 300}
    return {**told, "completedAt": "2026-11-20T15:00:00.000Z", **other}


@contextmanager
def open_academy() -> Iterator[Academy]:
    academy = Academy()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            academy.asked.append(self.path)
            status, body = academy.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Location", f"{PREFIX}/battle/stats/2")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    academy.url = f"http://127.0.0.1:{server.server_port}{PREFIX}"
    yield academy
    server.shutdown()
    server.server_close()
