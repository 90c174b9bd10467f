"""The receiver's process does not look through its application for garbage."""

from pathlib import Path

import pytest
import requests

from runtime.local import HOST, free_port, wait_until_ready, web_command
from sandbox.embedded.processes import ProcessGroup

pytestmark = pytest.mark.processes
MODULE = """
import gc
from flask import Flask

LASTING = [[] for _ in range(100_000)]

def create_app():
    app = Flask("counting")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    app.add_url_rule("/readyz", view_func=lambda: str(sum(map(len, map(gc.get_objects, range(3))))))
    return app
"""


def test_what_was_made_at_the_start_is_not_looked_through(tmp_path: Path) -> None:
    """Of 100,000 lists that a module holds the garbage collector keeps none in its generations."""
    (tmp_path / "counting.py").write_text(MODULE)
    here = Path(__file__).parents[2]
    url = f"http://{HOST}:{(port := free_port())}"
    with ProcessGroup(tmp_path) as group:
        command = [*web_command(HOST, port)[:-1], "counting:create_app()"]
        group.start("web", command, {"PYTHONPATH": f"{here}:{tmp_path}"})
        wait_until_ready(url, tmp_path)
        assert int(requests.get(f"{url}/readyz", timeout=5).text) < 100_000
