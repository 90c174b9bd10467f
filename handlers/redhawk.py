"""POST /webhooks/redhawk."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from handlers.intake import Intake, Sender
from handlers.redhawk_signature import is_usable_secret, verify_redhawk

SECRETS_SETTING = "REDHAWK_WEBHOOK_SECRET"


def redhawk_routes(intake: Intake, secrets: tuple[str, ...], tolerance_s: int) -> Blueprint:
    """The route RedHawk posts to, again and again until it gets a 2xx."""
    sender = Sender("redhawk", verify_redhawk, SECRETS_SETTING, secrets, tolerance_s)
    routes = Blueprint("redhawk", __name__)

    @routes.post("/webhooks/redhawk")
    def receive() -> ResponseReturnValue:
        return intake.receive(sender)

    return routes


def require_redhawk_secrets(secrets: tuple[str, ...]) -> None:
    """Raises ValueError, naming the setting, when a secret is not `whsec_` + base64."""
    for number, secret in enumerate(secrets, start=1):
        if not is_usable_secret(secret):
            raise ValueError(f"{SECRETS_SETTING}: secret {number} is not whsec_ and base64")
