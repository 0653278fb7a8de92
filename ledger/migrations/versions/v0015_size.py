"""Indexes for a ledger of a million orders; each thing says what it is of."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ledger_by_actor", "ledger", ["actor", "at", "order_id", "version"])
    op.create_index("items_counted", "items", ["offering", "action", "state", "ended_at"])
    _partial("all_awaiting_approval", "orders", ["placed_at", "id"], "approval_role IS NOT NULL")
    with op.batch_alter_table("things", recreate="never") as things:
        things.add_column(sa.Column("offering", sa.Text, nullable=False, server_default=""))
    newest = ["since", "instance"]
    op.create_index("things_by_age", "things", newest)
    op.create_index("things_by_offering", "things", ["offering", "agency", *newest])
    _partial("things_with_needs", "things", ["agency", *newest], "needs <> '[]'")


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
