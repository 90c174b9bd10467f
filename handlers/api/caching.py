"""Answers that a client may keep, and asks about again before using them."""

from flask import Response, request


def made_conditional(response: Response) -> Response:
    """A success of a GET gets an ETag, and is 304 to a client that has it already (If-None-Match)."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
