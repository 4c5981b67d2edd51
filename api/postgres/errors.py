"""What can be wrong with the embedded PostgreSQL, in a sentence for whoever started it."""


class PostgresError(Exception):
    """The embedded PostgreSQL cannot be used."""
