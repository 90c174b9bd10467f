"""The console's blueprint: all pages below /console, behind one guard."""

from flask import Blueprint, abort
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from handlers.console.access import guard, may, needs
from handlers.console.assets import asset, asset_routes
from handlers.console.audit import audit_routes
from handlers.console.cookies import keep_visit
from handlers.console.csrf import check_posts, csrf_field
from handlers.console.deliveries import deliveries_routes
from handlers.console.errors import error_pages
from handlers.console.filters import FILTERS
from handlers.console.headers import guarded
from handlers.console.jobs import jobs_routes
from handlers.console.navigation import pages
from handlers.console.now import now_routes
from handlers.console.parts import ConsoleParts
from handlers.console.password import password_routes
from handlers.console.record import record_routes
from handlers.console.rep import rep_routes
from handlers.console.reps import reps_routes
from handlers.console.requeueing import requeueing_routes
from handlers.console.sign_in import sign_in_routes
from handlers.console.unattributed import unattributed_routes
from handlers.console.users import users_routes

PAGES = (
    sign_in_routes,
    password_routes,
    now_routes,
    deliveries_routes,
    requeueing_routes,
    jobs_routes,
    reps_routes,
    rep_routes,
    record_routes,
    unattributed_routes,
    audit_routes,
    users_routes,
)


def console_routes(parts: ConsoleParts) -> Blueprint:
    """Everything below /console. The order of the looks: is a form ours, who asks, may they."""
    console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates", static_folder=None)
    check_posts(console)
    guard(console, parts)
    for routes in PAGES:
        routes(console, parts)
    asset_routes(console)
    _others(console)
    error_pages(console)
    console.after_request(keep_visit)
    console.after_request(guarded)
    console.record_once(_equip_templates)
    return console


def _others(console: Blueprint) -> None:
    @console.get("/<path:_>")
    @needs("nobody")
    def nothing(_: str) -> ResponseReturnValue:
        abort(404)


def _equip_templates(state: BlueprintSetupState) -> None:
    """What templates can call and say."""
    environment = state.app.jinja_env
    environment.globals.update(csrf_field=csrf_field, asset=asset, pages=pages, may=may)
    environment.filters.update(FILTERS)
    environment.trim_blocks = environment.lstrip_blocks = True
