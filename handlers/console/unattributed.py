"""/console/unattributed: facts without a rep and titles that were not understood; a name is mapped in place."""

from typing import cast

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from accounts.mapping import Alias, differing_figures
from accounts.mapping_progress import mapping_progress
from accounts.put_off import PutOff
from handlers.console.access import needs, signed_in
from handlers.console.members import member_choices, member_meant
from handlers.console.parts import ConsoleParts
from handlers.console.title_words import told_reading, told_word
from ledger.engine import snapshot
from ledger.title_queries import unread_titles
from ledger.unattributed import load_unattributed
from programs.progression.attribution import Source
from programs.progression.unattributed import group_unattributed
from schemas.payloads import storable

SOURCES = ("redhawk", "twenty")
LONGEST_NAME = 200  # an API key's; schemas.twenty reads no longer one
NOBODY = "Say who it is: nobody was chosen, or more than one go by that."
PUT_OFF = "Nothing was changed: {}. Try again in a minute."


def unattributed_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """The page, the preview of a mapping, the mapping, and what became of it."""

    @console.get("/unattributed")
    @needs("viewer")
    def unattributed() -> ResponseReturnValue:
        return _page(parts)

    @console.post("/unattributed/preview")
    @needs("ops")
    def preview_mapping() -> ResponseReturnValue:
        alias = _alias(parts)
        if alias is None:
            return _page(parts, NOBODY, 400)
        try:
            mapped = parts.work.preview_mapping(alias)
        except PutOff as put_off:
            return _page(parts, PUT_OFF.format(put_off), 503)
        figures = {change.rep: differing_figures(change) for change in mapped.changes}
        return render_template("console/mapping_preview.html", mapped=mapped, figures=figures)

    @console.post("/unattributed/map")
    @needs("ops")
    def map_name() -> ResponseReturnValue:
        alias = _alias(parts)
        if alias is None:
            return _page(parts, f"Nothing was changed. {NOBODY}", 400)
        try:
            parts.work.map_name(alias, signed_in().name)
        except PutOff as put_off:
            return _page(parts, PUT_OFF.format(put_off), 503)
        return redirect(url_for(".mapped", source=alias.source, name=alias.name), 303)

    @console.get("/unattributed/mapped")
    @needs("viewer")
    def mapped() -> ResponseReturnValue:
        source, name = _named(request.args)
        with snapshot(parts.engine) as connection:
            progress = mapping_progress(connection, source, name)
        if progress is None:
            abort(404)
        return render_template("console/mapping_progress.html", progress=progress)


def _page(parts: ConsoleParts, problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    with snapshot(parts.engine) as connection:
        groups = group_unattributed(load_unattributed(connection), parts.rules)
        titles = unread_titles(connection)
        choices = member_choices(connection)
    page = render_template(
        "console/unattributed.html",
        groups=groups,
        titles=titles,
        choices=choices,
        problem=problem,
        told_word=told_word,
        told_reading=told_reading,
    )
    return page, status


def _alias(parts: ConsoleParts) -> Alias | None:
    """What the form says; None where it does not say which member."""
    source, name = _named(request.form)
    with snapshot(parts.engine) as connection:
        rep = member_meant(connection, request.form.get("rep", ""))
    return Alias(source, name, rep) if rep else None


def _named(said: MultiDict[str, str]) -> tuple[Source, str]:
    """The outside name that is meant; 400 for one that no record can give."""
    # Browsers send every line break of a form as CRLF.
    source, name = said.get("source", ""), said.get("name", "").replace("\r\n", "\n")
    if source not in SOURCES or not name or len(name) > LONGEST_NAME or storable(name) != name:
        abort(400)
    return cast(Source, source), name
