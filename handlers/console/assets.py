"""Styles and scripts, under addresses that change with their content, so that browsers keep them for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for

from handlers.console.access import ASSETS

FOLDER = Path(__file__).parent / "static"


def asset(name: str) -> str:
    """The address of `name`, such as `console.css`."""
    return url_for(ASSETS, name=name, v=_version(name))


def asset_routes(console: Blueprint) -> None:
    """GET /console/static/<name>?v=<hash of the content>."""

    @console.get("/static/<path:name>", endpoint=ASSETS.partition(".")[2])
    def static(name: str) -> Response:
        response = send_from_directory(FOLDER, name)
        is_newest = request.args.get("v") == _version(name)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if is_newest else "no-cache"
        return response


@cache
def _version(name: str) -> str:
    return sha256((FOLDER / name).read_bytes()).hexdigest()[:16]
