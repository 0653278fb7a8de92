"""Alembic's entry: the steps run inside the transaction that `ledger.opening` began."""

from alembic import context

from ledger.opening import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
)
context.run_migrations()
