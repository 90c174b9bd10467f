"""The receiver: a Flask application made of parts handed in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, Flask

from handlers.errors import answer_errors
from handlers.group_commit import GroupCommit, StoreNew
from handlers.health import Health, health_routes
from handlers.intake import Intake
from handlers.redhawk import redhawk_routes, require_redhawk_secrets
from handlers.rejections import Rejection, RejectionCounts
from handlers.request_log import log_requests
from handlers.twenty import require_twenty_secrets, twenty_routes
from ledger.inbox import Stored
from schemas.delivery import NewDelivery


@dataclass(frozen=True, slots=True)
class ReceiverParts:
    """What the receiver needs of the rest.

    `store_new` puts deliveries into the inbox in one commit, and says what each is kept as, None for a repeat, which
    `count_repeat` counts; both raise LedgerUnavailable. `wake` wakes a worker and may raise when Redis is down.
    `health` looks at the stores and does not raise when they are unreachable. `clock` gives the aware UTC datetime
    that signatures are judged by. `note_refusal` hears of each request that is turned away, and does not raise.
    """

    store_new: StoreNew
    count_repeat: Callable[[NewDelivery], Stored]
    wake: Callable[[], None]
    health: Callable[[], Health]
    clock: Callable[[], datetime]
    note_refusal: Callable[[str, Rejection], None] = lambda *_: None


@dataclass(frozen=True, slots=True)
class ReceiverSettings:
    """What senders must prove and may send.

    Any of a source's secrets may match; none means its route answers 503. `tolerance_s` bounds how far a
    signed time may be from now, `max_bytes` the body. Raises ValueError, naming the setting and never the
    value, for a blank secret of Twenty and for one of RedHawk that is not `whsec_` and base64.
    """

    twenty_secrets: tuple[str, ...] = field(repr=False)
    redhawk_secrets: tuple[str, ...] = field(repr=False)
    tolerance_s: int
    max_bytes: int

    def __post_init__(self) -> None:
        require_twenty_secrets(self.twenty_secrets)
        require_redhawk_secrets(self.redhawk_secrets)


def create_app(parts: ReceiverParts, settings: ReceiverSettings, served_too: Iterable[Blueprint] = ()) -> Flask:
    """POST /webhooks/twenty and /webhooks/redhawk, GET /healthz and /readyz; all answers are JSON.

    `served_too`: what else this process serves, such as the read API.
    """
    app = Flask("repsync", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.config["MAX_CONTENT_LENGTH"] = settings.max_bytes
    # Otherwise //webhooks/twenty is answered with a redirect, and Twenty follows one without the body.
    app.url_map.merge_slashes = False
    counts = RejectionCounts(parts.note_refusal)
    intake = Intake(GroupCommit(parts.store_new, parts.wake), parts.count_repeat, parts.clock, settings.max_bytes)
    app.register_blueprint(twenty_routes(intake, settings.twenty_secrets, settings.tolerance_s))
    app.register_blueprint(redhawk_routes(intake, settings.redhawk_secrets, settings.tolerance_s))
    app.register_blueprint(health_routes(parts.health, counts))
    for blueprint in served_too:
        app.register_blueprint(blueprint)
    answer_errors(app, counts)
    log_requests(app)
    return app
