"""/console/audit."""

from flask import Blueprint, render_template

from handlers.console.access import needs
from handlers.console.parts import ConsoleParts


def audit_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/audit."""

    @console.get("/audit")
    @needs("viewer")
    def audit() -> str:
        return render_template("console/audit.html")
