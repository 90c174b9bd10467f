"""`repsync sandbox`: a Twenty on a laptop, for people who write integrations against Twenty."""

import secrets
import signal

import click

from runtime.local import require_free
from runtime.output import print_json
from sandbox.twenty import SandboxTwenty
from sandbox.twenty.server import HOST
from sandbox.twenty.versions import NEWER, OLDER, V2_21

VERSIONS = {"2.21": V2_21, "older": OLDER, "newer": NEWER}
OPERATOR = {"name": {"firstName": "Sandbox", "lastName": "Operator"}, "timeZone": "system"}


def run_sandbox(port: int, version: str, tokens: int, api_key: str | None, *, as_json: bool) -> None:
    """Serves until Ctrl-C or SIGTERM. Errors: `NotReady` when the port is taken."""
    require_free(HOST, port)
    key = api_key or secrets.token_urlsafe()
    twenty = SandboxTwenty(key, tokens=tokens, ways=VERSIONS[version])
    twenty.put("workspaceMembers", OPERATOR)
    url = twenty.start(port)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _show(url, key, as_json=as_json)
        signal.pause()
    except KeyboardInterrupt:
        click.echo("Stopping …", err=True)
    finally:
        twenty.stop()


def _show(url: str, key: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"TWENTY_URL": url, "TWENTY_API_KEY": key, "faults": f"{url}/sandbox/faults"})
        return
    click.echo(f"TWENTY_URL={url}\nTWENTY_API_KEY={key}")
    click.echo(f"Faults on demand: GET and PUT {url}/sandbox/faults. Ctrl-C ends it, and its rows with it.")
