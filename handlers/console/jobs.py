"""/console/jobs."""

from flask import Blueprint, render_template

from handlers.console.access import needs
from handlers.console.parts import ConsoleParts


def jobs_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/jobs."""

    @console.get("/jobs")
    @needs("viewer")
    def jobs() -> str:
        return render_template("console/jobs.html")
