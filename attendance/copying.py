"""Adds many rows at once, one by one as they are made."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection


def copy_rows(db: Connection, statement: str, rows: Iterable[Sequence[object]]) -> None:
    """Runs `COPY … FROM STDIN` with these rows."""
    connection = db.connection.driver_connection
    if connection is None:
        raise ConnectionError("The connection was lost.")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
