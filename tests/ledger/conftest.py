from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from ledger import SqlLedger, open_ledger


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[SqlLedger]:
    with closing(open_ledger(ledger_url)) as ledger:
        yield ledger


@pytest.fixture
def behind(ledger: SqlLedger, ledger_url: str) -> Iterator[Callable[..., None]]:
    """Runs SQL behind the ledger's back, foreign keys off, as a person with a shell could."""
    engine = sa.create_engine(ledger_url)

    def run(*statements: str, **values: object) -> None:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(sa.text("SET session_replication_role = replica"))
            for statement in statements:
                connection.execute(sa.text(statement), values)

    yield run
    engine.dispose()
