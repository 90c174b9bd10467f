"""What all tables are made of."""

from sqlalchemy import BigInteger, Boolean, Column, Computed, DateTime, Double, MetaData, text

metadata = MetaData()

Instant = DateTime(timezone=True)


def number(name: str) -> Column[int]:
    """A count, 0 at first."""
    return Column(name, BigInteger, nullable=False, server_default="0")


def flag(name: str) -> Column[bool]:
    """False at first."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def share(name: str, metric: str) -> Column[float]:
    """Of the standing; None where there is nothing to count."""
    have, of = (f"(standing -> 'efficiency' -> '{metric}' ->> '{part}')::double precision" for part in ("have", "of"))
    return Column(name, Double, Computed(f"{have} / NULLIF({of}, 0)", persisted=True))
