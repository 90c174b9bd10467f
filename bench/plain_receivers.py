"""What the receiver is measured against, as gunicorn loads it: the limit, and the plain way."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, request
from rq import Queue
from rq.serializers import JSONSerializer

from bench.stores import YEARS_S
from handlers.twenty_signature import verify_twenty
from handlers.verdicts import Rejected
from runtime.settings import Settings, read_settings
from twenty_client.redis_outage import impatient_redis

PLAIN_QUEUE, PLAIN_JOB = "bench-plain", "bench.nobody.reads"  # no worker looks: taking it is what is measured


def verifying() -> Flask:
    """The limit: 202 once the signature is verified, and nothing else."""
    return _receiver(read_settings(), lambda _: None)


def enqueueing() -> Flask:
    """The plain way: one job with the body for each webhook, in a store that may forget it."""
    settings = read_settings()
    queue = Queue(PLAIN_QUEUE, connection=impatient_redis(settings.redis_url), serializer=JSONSerializer)

    def enqueue(raw: bytes) -> None:
        queue.enqueue(PLAIN_JOB, raw.decode())

    return _receiver(settings, enqueue)


def _receiver(settings: Settings, take: Callable[[bytes], object]) -> Flask:
    app, secrets = Flask("plain", static_folder=None), settings.twenty_webhook_secrets
    app.config["MAX_CONTENT_LENGTH"] = settings.webhook_max_bytes

    @app.get("/readyz")
    def ready() -> Response:
        return Response()

    @app.post("/webhooks/twenty")
    def receive() -> Response:
        raw = request.get_data()
        if isinstance(verify_twenty(raw, dict(request.headers), secrets, datetime.now(UTC), YEARS_S), Rejected):
            return Response(status=401)
        take(raw)
        return Response(status=202)

    return app
