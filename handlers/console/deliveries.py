"""/console/deliveries."""

from flask import Blueprint, render_template

from handlers.console.access import needs
from handlers.console.parts import ConsoleParts


def deliveries_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/deliveries."""

    @console.get("/deliveries")
    @needs("viewer")
    def deliveries() -> str:
        return render_template("console/deliveries.html")
