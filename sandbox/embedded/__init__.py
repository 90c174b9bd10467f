"""PostgreSQL and Valkey from wheels, started and stopped by repsync alone."""

from sandbox.embedded.errors import EmbeddedServerError
from sandbox.embedded.postgres import EmbeddedPostgres
from sandbox.embedded.processes import ProcessGroup
from sandbox.embedded.servers import EmbeddedServers
from sandbox.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedPostgres", "EmbeddedServerError", "EmbeddedServers", "EmbeddedValkey", "ProcessGroup"]
