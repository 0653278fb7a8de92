import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from fixtures.postgres import Server
from ledger import SqlLedger, open_ledger

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with nothing in it, on each of the two."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=DATABASES)
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new ledger, on each of the two databases."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_template"), tmp_path / "ledger.db")
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("_postgres_copy")
    return url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To make the tables once and copy them is quicker than to make them for every test."""
    file = tmp_path_factory.mktemp("template") / "ledger.db"
    open_ledger(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: Server) -> Iterator[str]:
    with postgres_server.database("template_ledger") as url:
        open_ledger(url).close()
        yield "template_ledger"


@pytest.fixture
def _postgres_copy(
    postgres_server: Server,
    postgres_names: Iterator[str],
    _postgres_template: str,
) -> Iterator[str]:
    with postgres_server.database(next(postgres_names), _postgres_template) as url:
        yield url


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
