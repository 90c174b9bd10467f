"""/console/: the flow as it is now."""

from flask import Blueprint, render_template, request

from accounts.floor_lights import lights, worst
from accounts.floor_now import floor_now
from handlers.console.access import needs
from handlers.console.now_steps import steps
from handlers.console.parts import ConsoleParts
from ledger.engine import snapshot


def now_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/ (`?still`: it does not move) and, for htmx, /console/now: the picture alone."""

    @console.get("/")
    @needs("viewer")
    def now() -> str:
        return render_template("console/now.html", still="still" in request.args, **_looked(parts))

    @console.get("/now")
    @needs("viewer")
    def now_picture() -> str:
        return render_template("console/now_picture.html", **_looked(parts))


def _looked(parts: ConsoleParts) -> dict[str, object]:
    redis = parts.redis()
    with snapshot(parts.engine) as connection:
        floor = floor_now(connection, redis, parts.now())
    found = lights(floor)
    return {"level": worst(found), "lights": found, "steps": steps(floor, found), "looked_at": floor.at}
