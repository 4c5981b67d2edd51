"""The migrations make what the tables say, from nothing."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text

from api import migrations
from api.database import DatabaseError, open_database
from api.settings import Settings
from tests.database import Server

CATALOGUE = text("""
    SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'column', table_name, column_name,
        concat_ws(' ', data_type, character_maximum_length, column_default, is_nullable)
    FROM information_schema.columns WHERE table_schema = 'public'
""")


def catalogue(db: Connection) -> set[tuple[str, ...]]:
    return {tuple(row) for row in db.execute(CATALOGUE) if row[1] != "alembic_version"}


def test_migrations_from_zero_equal_the_tables(engine: Engine) -> None:
    with engine.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": True})

        assert compare_metadata(context, list(migrations.TABLES)) == []
        assert migrations.is_current(db)


def test_constraints_and_indexes_equal_the_tables_word_for_word(engine: Engine, database_server: Server) -> None:
    with database_server.database(migrated=False) as other, other.begin() as made:
        for metadata in migrations.TABLES:
            metadata.create_all(made)
        with engine.connect() as migrated:
            assert catalogue(migrated) == catalogue(made)


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    with engine.connect() as db:
        before = catalogue(db)

    migrations.upgrade(engine)

    with engine.connect() as db:
        assert catalogue(db) == before


def test_database_of_a_newer_release_is_refused_in_words(database_server: Server) -> None:
    with database_server.database() as newer:
        with newer.begin() as db:
            db.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
        settings = Settings(database_url=SecretStr(newer.url.render_as_string(hide_password=False)))

        with pytest.raises(DatabaseError, match="newer release"), open_database(settings):
            pass


def test_the_two_packages_claim_no_table_twice() -> None:
    names = [table.name for metadata in migrations.TABLES for table in metadata.sorted_tables]

    assert len(names) == len(set(names))
