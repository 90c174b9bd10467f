"""What can't be told about."""


class NothingToTell(Exception):
    """Nobody and nothing of that name is in the ledger; the message says what was looked for."""


class UnknownRep(NothingToTell):
    """No workspace member has this id, or this name."""

    def __init__(self, named: str) -> None:
        super().__init__(f"no workspace member is known as {named!r}: `repsync reps list` shows ids and names")


class AmbiguousRep(NothingToTell):
    """Several workspace members have this name; `ids` are theirs."""

    def __init__(self, named: str, ids: list[str]) -> None:
        super().__init__(f"several workspace members are called {named!r}, give an id: {', '.join(ids)}")


class UnknownDelivery(NothingToTell):
    """No delivery has this id."""

    def __init__(self, delivery_id: int) -> None:
        super().__init__(f"no delivery has the id {delivery_id}: `repsync deliveries list` shows those that are there")


class UnknownRecord(NothingToTell):
    """Nothing was ever told of a record with this id."""

    def __init__(self, object_name: str, record_id: str) -> None:
        super().__init__(f"no {object_name} with the id {record_id!r} has come in so far")
