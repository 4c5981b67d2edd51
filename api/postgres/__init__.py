"""The embedded PostgreSQL of one data folder."""

from api.postgres.embedded import EmbeddedPostgres
from api.postgres.errors import PostgresError

__all__ = ["EmbeddedPostgres", "PostgresError"]
