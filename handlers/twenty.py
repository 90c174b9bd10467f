"""POST /webhooks/twenty."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from handlers.intake import Intake, Sender
from handlers.twenty_signature import verify_twenty

SECRETS_SETTING = "TWENTY_WEBHOOK_SECRET"


def twenty_routes(intake: Intake, secrets: tuple[str, ...], tolerance_s: int) -> Blueprint:
    """The route Twenty posts to. It never redirects: Twenty follows a 302 without the body."""
    sender = Sender("twenty", verify_twenty, SECRETS_SETTING, secrets, tolerance_s)
    routes = Blueprint("twenty", __name__)

    @routes.post("/webhooks/twenty")
    def receive() -> ResponseReturnValue:
        return intake.receive(sender)

    return routes


def require_twenty_secrets(secrets: tuple[str, ...]) -> None:
    """Raises ValueError, naming the setting, when a secret is blank: anybody could sign with it."""
    for number, secret in enumerate(secrets, start=1):
        if not secret.strip():
            raise ValueError(f"{SECRETS_SETTING}: secret {number} is blank")
