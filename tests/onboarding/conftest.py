"""Fixtures for the doctor."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from redis import Redis
from ward import KEY, SECRET, Ward
from werkzeug.serving import make_server

from handlers.app import create_app
from runtime.bootstrap import receiver_parts, receiver_settings
from runtime.settings import read_settings
from sandbox.twenty import SandboxTwenty


@pytest.fixture
def open_ward(
    database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[SandboxTwenty], Ward]]:
    """Opens a ward around a Twenty that never heard of repsync, with a receiver that listens."""
    # Logs set up by the runner's own standard error would outlive it.
    monkeypatch.setattr("runtime.commands.doctor.configured", read_settings)
    monkeypatch.setattr("runtime.commands.setup.configured", read_settings)
    ending: list[Callable[[], Any]] = []

    def build(twenty: SandboxTwenty) -> Ward:
        twenty.remove_object("repProgressions")
        ending.append(twenty.stop)
        environment = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "TWENTY_URL": twenty.start(),
            "TWENTY_API_KEY": KEY,
            "TWENTY_WEBHOOK_SECRET": SECRET,
        }
        environment["RECEIVER_URL"] = _serve(environment, monkeypatch, ending)
        return Ward(twenty, Redis.from_url(redis_url), environment)

    yield build
    for end in ending:
        end()


@pytest.fixture
def ward(open_ward: Callable[[SandboxTwenty], Ward]) -> Ward:
    """A Twenty 2.21."""
    return open_ward(SandboxTwenty(KEY))


def _serve(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, ending: list[Callable[[], Any]]) -> str:
    """The receiver's address."""
    with monkeypatch.context() as patched:
        for name, value in environment.items():
            patched.setenv(name, value)
        settings = read_settings()
    server = make_server(
        "127.0.0.1", 0, create_app(receiver_parts(settings), receiver_settings(settings)), threaded=True
    )
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    ending.extend((server.shutdown, server.server_close))
    return f"http://127.0.0.1:{server.server_port}"
