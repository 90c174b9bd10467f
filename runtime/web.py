"""The receiver's entry for gunicorn: `runtime.web:create_app()`."""

import sys

import structlog
from flask import Flask

from handlers.api.parts import ApiSettings
from handlers.api.routes import api_routes
from handlers.app import create_app as create_receiver
from handlers.console.routes import console_routes
from handlers.metrics import metrics_routes
from ledger.errors import LedgerUnavailable
from ledger.migrate import upgrade
from runtime.bootstrap import api_parts, metrics_scrape, receiver_parts, receiver_settings
from runtime.console_parts import console_parts
from runtime.settings import SettingsError
from runtime.startup import configured


def create_app() -> Flask:
    """The receiver, the read API, the metrics and the console, wired; a wrong setting stops the start and is named."""
    try:
        settings = configured()
        _migrate(settings.database_url)
        api = api_routes(api_parts(settings), ApiSettings(settings.api_tokens))
        metrics = metrics_routes(metrics_scrape(settings), settings.metrics_tokens)
        served_too = [api, metrics, console_routes(console_parts(settings))]
        return create_receiver(receiver_parts(settings), receiver_settings(settings), served_too)
    except SettingsError as wrong:
        sys.exit(f"repsync can't start: {wrong}")


def _migrate(database_url: str) -> None:
    """A receiver that starts while PostgreSQL is away answers 503 until it is back; workers migrate too."""
    try:
        upgrade(database_url)
    except LedgerUnavailable as away:
        structlog.get_logger().warning("receiver starts without its database", error=str(away))
