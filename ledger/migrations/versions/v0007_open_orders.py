"""Indexes of the open orders alone: by age, and with all that the tally counts.

The ended ones get one of their own: SQLite took one over all of them for the open ones' too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("orders_by_end", "orders")
    _partial("orders_by_end", ["ended_at", "id"], "ended_at IS NOT NULL")
    _partial("open_orders_by_age", ["placed_at", "id"], "ended_at IS NULL")
    counted = ["state", "agency", "assigned", "jeopardy"]
    _partial("open_orders_counted", counted, "ended_at IS NULL")


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "orders", columns, sqlite_where=where, postgresql_where=where)
