"""The database's own: its clock."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, Table

from engine.tables.columns import metadata

# The only row says whether this database belongs to a demo, and where its movable clock stands.
clock = Table(
    "clock",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one"), primary_key=True),
    Column("demo", Boolean, nullable=False),
    Column("offset_seconds", Integer, nullable=False, server_default="0"),
)
