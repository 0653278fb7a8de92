"""What agencies have; needs, prices, promises and ends beside the orders and items."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# What the ledger draws anew is only made room for.
LONG_AGO = "1970-01-01 00:00:00"


def upgrade() -> None:
    _widen_orders()
    _widen_items()
    _create_things()
    _index_orders()


def _widen_orders() -> None:
    with op.batch_alter_table("orders", recreate="never") as orders:
        orders.add_column(sa.Column("placed_by", sa.Text, nullable=False, server_default=""))
        orders.add_column(_moment("changed_at"))
        orders.add_column(sa.Column("expected_at", Moment))
        orders.add_column(_moment("due_at"))
        orders.add_column(sa.Column("jeopardy", sa.Float))
        orders.add_column(sa.Column("assigned", sa.Text, nullable=False, server_default=""))
        orders.add_column(sa.Column("approval_role", sa.Text))
        orders.add_column(sa.Column("deadline", Moment))
        orders.add_column(sa.Column("monthly_price", sa.Integer))
        orders.add_column(sa.Column("survey", sa.Integer))


def _widen_items() -> None:
    with op.batch_alter_table("items", recreate="never") as items:
        items.add_column(sa.Column("given", sa.Text, nullable=False, server_default="{}"))
        items.add_column(sa.Column("outputs", sa.Text, nullable=False, server_default="{}"))
        items.add_column(sa.Column("resource", sa.Text))
        items.add_column(sa.Column("needs", sa.Text, nullable=False, server_default="[]"))
        items.add_column(
            sa.Column("blocked", sa.Boolean, nullable=False, server_default=sa.false()),
        )
        items.add_column(sa.Column("starts_at", Moment))
        items.add_column(sa.Column("monthly_price", sa.Integer))
        items.add_column(_moment("changed_at"))
        items.add_column(sa.Column("ended_at", Moment))
        items.add_column(sa.Column("spans", sa.Text))


def _create_things() -> None:
    op.create_table(
        "things",
        sa.Column("instance", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("needs", sa.Text, nullable=False),
        sa.Column("changing", Key),
        sa.ForeignKeyConstraint(["order_id", "item_id"], ["items.order_id", "items.item_id"]),
    )
    op.create_index("things_by_agency", "things", ["agency", "since", "instance"])
    op.create_index("things_by_expiry", "things", ["expires_at", "instance"])
    op.create_index("things_by_item", "things", ["order_id", "item_id"])


def _index_orders() -> None:
    op.create_index("orders_by_end", "orders", ["ended_at", "id"])
    for column in ("turn", "agency", "offering", "assigned"):
        _partial(f"open_orders_by_{column}", [column], "ended_at IS NULL")
    _partial("orders_in_jeopardy", [], "jeopardy IS NOT NULL")
    _partial("orders_awaiting_approval", ["agency"], "approval_role IS NOT NULL")


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    names = [*columns, "placed_at", "id"]
    op.create_index(name, "orders", names, sqlite_where=where, postgresql_where=where)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, Moment, nullable=False, server_default=LONG_AGO)
