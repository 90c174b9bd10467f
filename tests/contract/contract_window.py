"""repsync's window on Twenty: it sees the run's own records, and writes those alone."""

import json
from collections.abc import Iterable
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import requests
from contract_figures import Figures
from contract_run import Call, Run
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from twenty_client.filters import and_, gte

_NARROWED_BY_TIME = ("notes", "noteTargets", "opportunities")
_TOLD_ON = ("Content-Type", "Date", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


class Silent(WSGIRequestHandler):
    """No log: paths hold filters."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing."""


class TwentyWindow:
    """Stands before a Twenty for one run. `refused_writes` of the figures names what repsync tried beyond it."""

    def __init__(self, twenty_url: str, run: Run, figures: Figures) -> None:
        self._twenty_url = twenty_url.rstrip("/")
        self._run = run
        self._figures = figures
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self, threaded=True, request_handler=Silent)
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        asked = Request(environ)
        call = Call(asked.method, asked.path, asked.args.get("filter", ""), asked.get_data())
        if self._run.allows(call):
            answer = self._passed_on(call, asked)
        else:
            self._figures.refused_writes.append(f"{call.method} {call.path}")
            refusal = {"statusCode": 403, "error": "Forbidden", "messages": ["not of this contract run"]}
            answer = Response(json.dumps(refusal), 403, mimetype="application/json")
        return answer(environ, start_response)

    def _passed_on(self, call: Call, asked: Request) -> Response:
        told = requests.request(
            call.method,
            f"{self._twenty_url}{call.path}?{self._query(call, asked)}".rstrip("?"),
            data=call.body or None,
            headers={name: asked.headers[name] for name in ("Authorization", "Content-Type", "User-Agent")},
            timeout=60,
            allow_redirects=False,
        )
        if not call.is_metadata:
            self._figures.called("repsync", told.status_code)
        kept = {name: told.headers[name] for name in _TOLD_ON if name in told.headers}
        return Response(self._shown(call, told), told.status_code, headers=kept)

    def _query(self, call: Call, asked: Request) -> str:
        pairs = dict(parse_qsl(asked.query_string.decode(), keep_blank_values=True))
        if call.method == "GET" and call.plural in _NARROWED_BY_TIME:
            since = gte("createdAt", self._run.began_at)
            pairs["filter"] = and_(since, call.filter) if call.filter else since
        return urlencode(pairs, quote_via=quote)

    def _shown(self, call: Call, told: requests.Response) -> bytes:
        if call.method != "GET" or call.is_metadata or told.status_code != 200:
            return told.content
        body = told.json()
        rows = body["data"][call.plural]
        body["data"][call.plural] = [row for row in rows if self._run.shows(call.plural, row)]
        return json.dumps(body).encode()
