"""Another version's API in front of the sandbox's: requests and answers in its names and forms."""

import json
import math
import re
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Request, Response

from sandbox.twenty.clock import SandboxClock
from sandbox.twenty.errors import RefusedError, record_not_found
from sandbox.twenty.rate_limit import PERIOD_S
from sandbox.twenty.version_answers import told_core, told_metadata
from sandbox.twenty.versions import WaysOfVersion

Environ = dict[str, Any]
Served = Callable[..., Iterable[bytes]]

RETIRED = "__retired"
"""Makes a name of 2.21 unknown to the sandbox behind; never seen outside."""

_RESTORE = re.compile(r"/rest/(?P<plural>\w+)/(?P<id>[^/]+)/restore")
_FIELD = re.compile(r'"[^"]*"|(?<![^(,])\w+(?=[\[.,]|$)')
_PLURAL = re.compile(r"/rest/(?:batch/|restore/)?(?P<plural>\w+)")


class VersionOnTheWire:
    """A WSGI application that serves `served` in the ways of a version. `tokens` a minute are told with a 429."""

    def __init__(self, served: Served, ways: WaysOfVersion, *, clock: SandboxClock, tokens: int) -> None:
        self._served = served
        self._ways = ways
        self._clock = clock
        self._tokens = tokens

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        restored = _RESTORE.fullmatch(environ["PATH_INFO"]) if self._ways.restores_by_id else None
        try:
            self._understand(environ)
            answer = Response.from_app(self._served, environ)
            self._tell(environ["PATH_INFO"], answer)
            if restored and answer.status_code == 200:
                _tell_restored(answer)
        except RefusedError as refused:
            answer = Response(json.dumps(refused.body()), refused.status, mimetype="application/json")
        return answer(environ, start_response)

    def _understand(self, environ: Environ) -> None:
        """Turns the request into one of 2.21."""
        restored = _RESTORE.fullmatch(environ["PATH_INFO"])
        if restored and self._ways.restores_by_id and environ["REQUEST_METHOD"] == "PATCH":
            environ["PATH_INFO"] = f"/rest/restore/{restored['plural']}"
            environ["QUERY_STRING"] = urlencode({"filter": f"id[eq]:{restored['id']}"})
        understood = self._understood_names(_plural(environ["PATH_INFO"]))
        environ["QUERY_STRING"] = self._query(environ["QUERY_STRING"], understood)
        self._read_body(environ, understood)

    def _understood_names(self, plural: str) -> dict[str, str]:
        """Names of 2.21 by the version's own. A name that only 2.21 has becomes one that nobody has."""
        names = self._ways.names.get(plural, {})
        retired = {name: f"{name}{RETIRED}" for name in names}
        return retired | {told: name for name, told in names.items() if told is not None}

    def _query(self, query: str, understood: dict[str, str]) -> str:
        pairs = parse_qsl(query, keep_blank_values=True)
        read = [(key, self._argument(key, value, understood)) for key, value in pairs]
        return query if read == pairs else urlencode(read)

    def _argument(self, key: str, value: str, understood: dict[str, str]) -> str:
        if key == "limit" and value.isdecimal():
            return str(min(int(value), self._ways.most_records))
        if key in ("filter", "order_by"):
            return _renamed_fields(value, understood)
        return value

    def _read_body(self, environ: Environ, understood: dict[str, str]) -> None:
        raw = Request(environ, populate_request=False).get_data()
        sent = _json(raw)
        if isinstance(sent, list) and len(sent) > self._ways.most_records:
            raise RefusedError(f"Maximum number of records to upsert is {self._ways.most_records}.")
        if understood and sent is not None:
            raw = json.dumps(_renamed_keys(sent, understood)).encode()
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(raw), str(len(raw))

    def _tell(self, path: str, answer: Response) -> None:
        if answer.status_code == 429 and self._ways.tells_limits:
            self._tell_limits(answer)
        told = _json(answer.get_data().replace(RETIRED.encode(), b""))
        if not isinstance(told, dict):
            return
        if path.startswith("/rest/metadata/"):
            told = told_metadata(told, self._ways)
        elif path.startswith("/rest/"):
            told = told_core(told, _plural(path), self._ways)
        _set_json(answer, told)

    def _tell_limits(self, answer: Response) -> None:
        retry_after_s = math.ceil(PERIOD_S / self._tokens)
        answer.headers["Retry-After"] = str(retry_after_s)
        answer.headers["X-RateLimit-Limit"] = str(self._tokens)
        answer.headers["X-RateLimit-Remaining"] = "0"
        answer.headers["X-RateLimit-Reset"] = str(math.ceil(self._clock.now().timestamp()) + retry_after_s)


def _plural(path: str) -> str:
    found = _PLURAL.match(path)
    return found["plural"] if found else ""


def _tell_restored(answer: Response) -> None:
    """`{"restoreNotes": [row]}` as `{"restoreNote": row}`."""
    data = json.loads(answer.get_data())["data"]
    [(key, rows)] = data.items()
    if not rows:
        raise record_not_found()
    _set_json(answer, {"data": {_singular(key): rows[0]}})


def _singular(key: str) -> str:
    return {"restorePeople": "restorePerson", "restoreOpportunities": "restoreOpportunity"}.get(key, key[:-1])


def _renamed_fields(value: str, understood: dict[str, str]) -> str:
    """A filter or an order: names stand at its start, after a parenthesis or a comma, and never within quotes."""
    return _FIELD.sub(lambda found: understood.get(found[0], found[0]), value)


def _renamed_keys(sent: Any, understood: dict[str, str]) -> Any:
    if isinstance(sent, list):
        return [_renamed_keys(each, understood) for each in sent]
    if not isinstance(sent, dict):
        return sent
    return {understood.get(key, key): value for key, value in sent.items()}


def _json(raw: bytes) -> Any:
    """None for anything that is no JSON."""
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _set_json(answer: Response, told: Any) -> None:
    answer.set_data(json.dumps(told, separators=(",", ":"), ensure_ascii=False))
