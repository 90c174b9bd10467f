"""Faults of the API, as hooks of the Flask application."""

from collections.abc import Iterator
from threading import Event

from flask import Flask, Response, g, request

from sandbox.twenty.errors import RefusedError, limit_reached, server_fault
from sandbox.twenty.faults.settings import ApiFault
from sandbox.twenty.faults.switch import FaultSwitch

RECORDED_TOKENS = 100


def hook_up(app: Flask, faults: FaultSwitch, stopping: Event) -> None:
    """Lets calls of the blueprint `core` meet their faults. A hanging call ends when `stopping` is set."""

    @app.before_request
    def _strike() -> None:
        if request.blueprint != "core":
            return
        fault = faults.api_fault(request.method, (request.view_args or {}).get("plural"))
        if fault is not None:
            _refuse_or_wait(fault, stopping)
            g.is_cut = fault.kind == "cut"

    @app.after_request
    def _cut(response: Response) -> Response:
        if g.get("is_cut"):
            response.response = _nothing()
        return response


def _refuse_or_wait(fault: ApiFault, stopping: Event) -> None:
    if fault.kind == "429":
        raise limit_reached(RECORDED_TOKENS)
    if fault.kind == "500":
        raise server_fault()
    if fault.kind == "400":
        raise RefusedError("Connection terminated unexpectedly", error="Error")
    if fault.kind == "hang" and stopping.wait(fault.hang_s):
        raise server_fault()


def _nothing() -> Iterator[bytes]:
    """Breaks off before the first byte: the server closes the connection without a status line."""
    raise ConnectionAbortedError
    yield b""
