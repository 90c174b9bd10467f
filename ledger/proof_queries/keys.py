"""The keys under which things are kept once: whether PostgreSQL still holds to them."""

from sqlalchemy import Connection, MetaData, UniqueConstraint, inspect

from ledger.errors import LedgerOutdated
from ledger.proof_queries.deviations import Deviation, Deviations
from ledger.tables import metadata


def keys_missing(connection: Connection, known: MetaData = metadata) -> Deviations:
    """Primary keys and unique constraints that the database lacks, as after a restore that left indexes out.

    Errors: `LedgerOutdated` when a table is missing.
    """
    seen = inspect(connection)
    missing = []
    for table in known.sorted_tables:
        if not seen.has_table(table.name):
            raise LedgerOutdated
        wanted = [tuple(table.primary_key.columns.keys())]
        wanted += [tuple(c.columns.keys()) for c in table.constraints if isinstance(c, UniqueConstraint)]
        held = [tuple(seen.get_pk_constraint(table.name)["constrained_columns"])]
        held += [tuple(each["column_names"]) for each in seen.get_unique_constraints(table.name)]
        missing += [(table.name, key) for key in wanted if key not in held]
    shown = (Deviation(name, "can hold two of the same", f"unique by {', '.join(key)}") for name, key in missing)
    return Deviations(len(missing), tuple(shown))
