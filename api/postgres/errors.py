"""What can be wrong with the embedded PostgreSQL, in a sentence for whoever started it."""

from api.errors import ServiceError


class PostgresError(ServiceError):
    """The embedded PostgreSQL cannot be used."""
