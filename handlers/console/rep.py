"""/console/reps/<rep>."""

from flask import Blueprint, render_template

from handlers.console.access import needs
from handlers.console.parts import ConsoleParts


def rep_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """GET /console/reps/<rep>, the workspace member's id; a rep sees its own."""

    @console.get("/reps/<rep>")
    @needs("viewer", own=True)
    def rep(rep: str) -> str:
        return render_template("console/rep.html", rep=rep)
