"""/console/jobs: RQ's jobs that failed for good, shown first, then done again."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.failed_jobs import FailedJob, QueueAway
from handlers.console.access import needs, signed_in
from handlers.console.parts import ConsoleParts

MOST_CHOSEN, PAGE = 500, 50
AWAY = "{}: nothing was changed. Deliveries are taken in all the same, and the clock wakes their work when it is back."


def jobs_routes(console: Blueprint, parts: ConsoleParts) -> None:
    """The list, the preview of requeueing, and the requeue."""

    @console.get("/jobs")
    @needs("viewer")
    def jobs() -> ResponseReturnValue:
        try:
            return _page(parts, request.args.get("done", type=int))
        except QueueAway as away:
            return _away(away)

    @console.post("/jobs/preview")
    @needs("ops")
    def preview_jobs() -> ResponseReturnValue:
        try:
            chosen = _chosen(parts)
            if not chosen:
                return _page(parts, problem="Nothing was chosen, or it has been done already."), 400
        except QueueAway as away:
            return _away(away)
        return render_template("console/jobs_preview.html", jobs=chosen)

    @console.post("/jobs/requeue")
    @needs("ops")
    def requeue_jobs() -> ResponseReturnValue:
        ids = request.form.getlist("id")[:MOST_CHOSEN]
        if not ids:
            abort(400)
        try:
            count = parts.work.requeue_jobs(ids, signed_in().name)
        except QueueAway as away:
            return _away(away)
        return redirect(url_for(".jobs", done=count), 303)


def _page(parts: ConsoleParts, done: int | None = None, problem: str | None = None) -> str:
    page = max(1, request.args.get("page", 1, type=int))
    failed = parts.work.failed_jobs((page - 1) * PAGE, PAGE)
    return render_template(
        "console/jobs.html",
        jobs=failed.jobs,
        count=failed.count,
        newer=url_for(".jobs", page=page - 1) if page > 1 else None,
        older=url_for(".jobs", page=page + 1) if failed.count > page * PAGE else None,
        problem=problem,
        done=done,
    )


def _away(away: QueueAway) -> ResponseReturnValue:
    return render_template("console/jobs.html", jobs=None, problem=AWAY.format(away), done=None), 503


def _chosen(parts: ConsoleParts) -> list[FailedJob]:
    """Those that are ticked, or all; those only that are there still."""
    if request.form.get("scope") == "all":
        return list(parts.work.failed_jobs(0, MOST_CHOSEN).jobs)
    ticked = set(request.form.getlist("id"))
    return [job for job in parts.work.failed_jobs(0, None).jobs if job.id in ticked]
