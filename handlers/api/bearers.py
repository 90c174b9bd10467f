"""Who may ask the read API: bearers of a token of API_TOKENS, or of one that the ledger keeps."""

from flask import request

from handlers.api.parts import ApiParts, ApiSettings
from handlers.rejections import Refused, Rejection
from handlers.tokens import NO_TOKEN, borne_token, is_one_of
from ledger.api_tokens import TokenRole

TOKENS_SETTING = "API_TOKENS"


def require_bearer(parts: ApiParts, settings: ApiSettings, needed: TokenRole) -> None:
    """Raises Refused: NOT_CONFIGURED without any token anywhere, BAD_TOKEN, FORBIDDEN; and LedgerUnavailable."""
    token = borne_token(request)
    if settings.tokens and is_one_of(token, settings.tokens):
        return
    role = parts.token_role(token) if token else None
    if role is None:
        if not settings.tokens and not parts.has_tokens():
            raise Refused(Rejection.NOT_CONFIGURED, f"{TOKENS_SETTING} is not set, and `repsync tokens add` gave none")
        raise Refused(Rejection.BAD_TOKEN, NO_TOKEN)
    if needed == "ops" and role != "ops":
        raise Refused(
            Rejection.FORBIDDEN, "this token only reads: `repsync tokens add --role ops` makes one that syncs"
        )
