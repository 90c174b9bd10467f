"""The door before the receiver: where Twenty posts. It lets the run's own webhooks in, and keeps when each came."""

import json
import time
from collections.abc import Iterable
from threading import Thread
from typing import Any

import requests
from contract_figures import Figures
from contract_run import Run
from contract_window import Silent
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response


class Door:
    """Closed, it refuses connections as a receiver does that is down; `receiver` is where the real one listens."""

    def __init__(self, host: str, port: int, run: Run, figures: Figures, receiver: str) -> None:
        self._address = (host, port)
        self._run = run
        self._figures = figures
        self._receiver = receiver
        self._server: BaseWSGIServer | None = None
        self._thread: Thread | None = None

    def open(self) -> None:
        self._server = make_server(*self._address, self, threaded=True, request_handler=Silent)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = Request(environ)
        if not asked.path.startswith(f"{self._run.path}/"):
            return Response("not of this contract run", 404)(environ, start_response)
        raw = asked.get_data()
        if asked.method == "POST" and not self._lets_in(raw):
            self._figures.of_others += 1
            return Response("", 202)(environ, start_response)
        return self._passed_on(asked, raw)(environ, start_response)

    def _lets_in(self, raw: bytes) -> bool:
        body = json.loads(raw)
        record = body.get("record") or {}
        if body.get("eventName") == "note.created" and record.get("id") in self._run.notes:
            self._figures.came_s.setdefault(record["id"], time.monotonic())
        return record.get("id") in self._run.notes or record.get("noteId") in self._run.notes

    def _passed_on(self, asked: Request, raw: bytes) -> Response:
        path = asked.path.removeprefix(self._run.path)
        headers = {name: value for name, value in asked.headers if name not in ("Host", "Content-Length", "Connection")}
        told = requests.request(asked.method, self._receiver + path, data=raw or None, headers=headers, timeout=5)
        return Response(told.content, told.status_code, mimetype=told.headers.get("Content-Type"))
