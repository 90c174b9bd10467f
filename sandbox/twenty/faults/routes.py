"""`GET` and `PUT /sandbox/faults`: the faults as JSON, for callers on this machine."""

from dataclasses import asdict
from ipaddress import ip_address

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, Forbidden

from sandbox.twenty.faults.settings import read_faults
from sandbox.twenty.faults.switch import FaultSwitch


def fault_routes(faults: FaultSwitch) -> Blueprint:
    """The blueprint `sandbox`, which asks for no token."""
    sandbox = Blueprint("sandbox", __name__, url_prefix="/sandbox")
    sandbox.before_request(_refuse_strangers)

    @sandbox.get("/faults")
    def show() -> ResponseReturnValue:
        return asdict(faults.settings)

    @sandbox.put("/faults")
    def replace() -> ResponseReturnValue:
        try:
            faults.set(read_faults(request.get_json(force=True)))
        except ValueError as wrong:
            raise BadRequest(str(wrong)) from None
        return show()

    return sandbox


def _refuse_strangers() -> None:
    if not ip_address(request.remote_addr or "0.0.0.0").is_loopback:
        raise Forbidden("the faults can only be set from this machine")
