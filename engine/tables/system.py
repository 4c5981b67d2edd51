"""The database's own: the clock, and what must happen once in the whole system."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, String, Table

from engine.tables.columns import metadata, moment

# The only row says whether this database belongs to a demo, and where its movable clock stands.
clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("demo", Boolean, nullable=False),
    Column("offset_seconds", Integer, nullable=False, server_default="0"),
)


# One row per thing that must happen once in the whole system.
last_run = Table(
    "last_run",
    metadata,
    Column("name", String, primary_key=True),
    moment("at", nullable=False),
)
