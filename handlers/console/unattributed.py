"""/console/unattributed."""

from flask import Blueprint, render_template

from handlers.console.access import needs
from handlers.console.parts import ConsoleParts


def unattributed_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/unattributed."""

    @console.get("/unattributed")
    @needs("viewer")
    def unattributed() -> str:
        return render_template("console/unattributed.html")
