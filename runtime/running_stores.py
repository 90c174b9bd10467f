"""The embedded stores of a running `repsync start`, for the commands that are run beside it in the same folder."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(".repsync")
_FILE = "stores.json"


def is_set(name: str) -> bool:
    """Whether the environment gives a setting, by itself or as a file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


@contextmanager
def told_to_others(folder: Path, urls: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, `folder` says where the stores are that run in it, readable for their owner alone."""
    told = folder / _FILE
    told.unlink(missing_ok=True)
    with open(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(dict(urls), file)
    try:
        yield
    finally:
        told.unlink(missing_ok=True)


def use_running_stores(folder: Path = FOLDER) -> None:
    """Sets DATABASE_URL and REDIS_URL, where the environment does not, to the stores that run in `folder`."""
    try:
        urls = json.loads((folder / _FILE).read_text())
    except (OSError, ValueError):
        return
    os.environ.update({name: url for name, url in urls.items() if not is_set(name)})
