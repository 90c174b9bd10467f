"""/console/reps."""

from flask import Blueprint, render_template

from handlers.console.access import needs
from handlers.console.parts import ConsoleParts


def reps_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/reps."""

    @console.get("/reps")
    @needs("viewer")
    def reps() -> str:
        return render_template("console/reps.html")
