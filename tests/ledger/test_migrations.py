"""The migrations build exactly the tables that the code knows."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from ledger.engine import connect_engine
from ledger.migrate import upgrade
from ledger.tables import metadata


def test_migrated_is_what_the_code_expects(database_url: str) -> None:
    """No table, column or index differs between ledger/tables/ and the newest schema."""
    with connect_engine(database_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    """Every process migrates at its start; the second finds nothing to do."""
    upgrade(database_url)
    with connect_engine(database_url).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sweep_state").scalar_one() == 1
