"""A ward: a sandbox Twenty, a receiver that listens, a ledger and Valkey, for the doctor to examine."""

import json
from dataclasses import dataclass, field
from typing import Any

import psycopg
from click.testing import CliRunner, Result
from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from onboarding.wanted import OPERATIONS
from runtime.cli import main
from sandbox.twenty import SandboxTwenty
from worker.wake import QUEUES, Wake

KEY, SECRET = "a-key-of-the-tests", "canary-secret-of-the-tests"


@dataclass
class Ward:
    """Where the doctor looks; a test makes something ill first. `environment` are the settings."""

    twenty: SandboxTwenty
    redis: Redis
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def receiver_url(self) -> str:
        return self.environment["RECEIVER_URL"]

    def examine(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["doctor", *arguments], env=self.environment)

    def settle(self) -> None:
        """Everything as it should be."""
        done = CliRunner().invoke(main, ["setup"], env=self.environment)
        assert done.exit_code == 0, done.output
        self.work()

    def hook_up(self, secret: str = SECRET, operations: tuple[str, ...] = OPERATIONS) -> None:
        self.twenty.register_webhook(f"{self.receiver_url}/webhooks/twenty", operations, secret)

    def work(self, queues: tuple[str, ...] = QUEUES) -> None:
        """A worker and a clock show signs of life."""
        served = [Queue(name, connection=self.redis, serializer=JSONSerializer) for name in queues]
        Worker(served, connection=self.redis, serializer=JSONSerializer).register_birth()
        Wake(self.redis).beat()

    def lines(self, *arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
        """The exit status, and the checks by name; no line ever holds a secret."""
        done = self.examine("--json", *arguments)
        assert isinstance(done.exception, SystemExit | None), done.exception
        assert not any(secret in done.output for secret in (KEY, SECRET))
        # The receiver, which lives in this process, logs to standard output too.
        told = json.loads(done.stdout.splitlines()[-1])
        return done.exit_code, {check["name"]: check for check in told["checks"]}

    def line(self, name: str, *arguments: str) -> tuple[str, str, str]:
        """Verdict, what is told, and the cure."""
        check = self.lines(*arguments)[1][name]
        return check["verdict"], check["told"], check["cure"]

    def ledger(self, statement: str, *values: Any) -> None:
        """Changes the ledger."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            connection.execute(statement, values)
