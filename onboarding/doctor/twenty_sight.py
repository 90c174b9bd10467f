"""What Twenty answers to the doctor, asked once."""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from onboarding.doctor.check import NotSeen
from twenty_client.errors import TwentyError
from twenty_client.metadata import ObjectSchema, find_schema, read_objects
from twenty_client.paging import Sends
from twenty_client.reply import Reply
from twenty_client.request import Request, list_rows


class TwentySight:
    """One workspace, looked at through `twenty`; `now` is our clock."""

    def __init__(self, twenty: Sends, now: Callable[[], datetime]) -> None:
        self.twenty = twenty
        self._now = now

    def tried(self, request: Request) -> Reply | TwentyError:
        """The reply, or the error in its place."""
        try:
            return self.twenty.send(request)
        except TwentyError as error:
            return error

    @cached_property
    def objects(self) -> Reply | TwentyError:
        """The metadata of all objects."""
        try:
            return read_objects(self.twenty)
        except TwentyError as error:
            return error

    @cached_property
    def clocks(self) -> tuple[datetime, datetime]:
        """Twenty's clock and ours at the same moment, to a second. Raises NotSeen."""
        before_at = self._now()
        reply = self.tried(list_rows("workspaceMembers", limit=1))
        after_at = self._now()
        if isinstance(reply, TwentyError) or reply.server_at is None:
            raise NotSeen("Twenty told no time")
        return reply.server_at, before_at + (after_at - before_at) / 2

    @cached_property
    def metadata(self) -> Reply:
        """The same, for checks that need it. Raises NotSeen."""
        if isinstance(self.objects, TwentyError):
            raise NotSeen("Twenty's metadata could not be read")
        return self.objects

    def schema(self, plural: str) -> ObjectSchema | None:
        """An object's fields. Raises NotSeen."""
        return find_schema(self.metadata.rows, plural)
