"""What the tables share: one MetaData, and columns that most of them have."""

from sqlalchemy import Column, DateTime, Integer, MetaData, Uuid

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[object]:
    """The primary key: a UUIDv7 made by us."""
    return Column("id", Uuid, primary_key=True)


def claimable() -> tuple[Column[int], Column[object]]:
    """What a table has whose rows are work: how often it was begun, and until when nobody else takes it."""
    return Column("attempts", Integer, nullable=False, server_default="0"), moment("lease_until")


def moment(name: str, *, nullable: bool = True) -> Column[object]:
    """An aware moment."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
