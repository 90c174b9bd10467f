"""What the inbox says of itself: what came, what is parked and why. Reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ledger.delivery_filter import DeliveryFilter, count_by_group
from ledger.inbox import UNATTRIBUTED
from ledger.redhawk_history import HISTORY_KEY
from ledger.tables import deliveries


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Webhooks of a source that are in the inbox still: how many, and when the newest was received."""

    count: int
    last_at: datetime | None


def newest_delivery(connection: Connection) -> int:
    """The id of the newest delivery; 0 in an empty inbox."""
    return connection.execute(select(func.max(deliveries.c.id))).scalar() or 0


def swept_after(connection: Connection, after: int) -> Mapping[str, int]:
    """How many rows that a sweep read came in behind delivery `after`, by object; its keys begin with the object."""
    name = func.split_part(deliveries.c.key, ":", 1)
    counted = select(name, func.count()).where(deliveries.c.id > after, deliveries.c.source == "sweep")
    return {str(object_name): count for object_name, count in connection.execute(counted.group_by(name).order_by(name))}


def webhook_came(connection: Connection, after: int, record_id: str) -> bool:
    """Whether a webhook of Twenty's behind delivery `after` names this record, digested or not."""
    names = func.strpos(func.encode(deliveries.c.raw, "escape"), record_id) > 0
    came = select(deliveries.c.id).where(deliveries.c.id > after, deliveries.c.source == "twenty", names)
    return connection.execute(came.limit(1)).first() is not None


def parked_by_reason(connection: Connection) -> Mapping[str, int]:
    """Parked deliveries by reason, those that wait for a rep left out: more than one can be of one record."""
    counted: Counter[str] = Counter()
    for group, parked in count_by_group(connection, DeliveryFilter(state="parked")).items():
        counted[group.reason] += parked
    return {reason: parked for reason, parked in sorted(counted.items()) if reason != UNATTRIBUTED}


def count_dismissed(connection: Connection) -> int:
    """How many deliveries somebody dismissed."""
    return sum(count_by_group(connection, DeliveryFilter(state="dismissed")).values())


def redhawk_webhooks(connection: Connection) -> Arrivals:
    """Those that RedHawk posted, pruned ones too; battles that were read from its history have keys of ours."""
    posted = (deliveries.c.source == "redhawk") & ~deliveries.c.key.startswith(HISTORY_KEY)
    row = connection.execute(select(func.count(), func.max(deliveries.c.received_at)).where(posted)).one()
    return Arrivals(row[0], row[1])
