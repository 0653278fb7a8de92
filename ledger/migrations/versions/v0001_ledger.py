"""The ledger, its projections, leases, order numbers and sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create_ledger()
    _create_orders()
    _create_items()
    _create_leases()
    _create_sessions()
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    # The first order is 1001.
    op.bulk_insert(counters, [{"name": "order", "value": 1000}])


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("order_id", Key, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("prev", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
    )


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("orderer", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("turn", sa.Text),
        sa.Column("placed_at", Moment, nullable=False),
        sa.Column("promised_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("head", sa.Text, nullable=False),
        sa.UniqueConstraint("agency", "external_id", name="orders_external_id"),
    )
    op.create_index("orders_by_agency", "orders", ["agency", "placed_at", "id"])
    op.create_index("orders_by_age", "orders", ["placed_at", "id"])
    op.create_index("orders_by_state", "orders", ["state", "placed_at", "id"])


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("order_id", Key, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("item_id", Key, primary_key=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("instance", Key, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("run", sa.Text),
        sa.Column("resource_id", sa.Text),
        sa.Column("cleanup", sa.Text),
        sa.Column("resume_at", Moment),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
    )
    op.create_index("items_by_state", "items", ["state", "resume_at"])
    columns = ["provider", "account", "instance", "order_id", "item_id"]
    op.create_index("items_by_instance", "items", columns)


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("order_id", Key, primary_key=True),
        sa.Column("item_id", Key, primary_key=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("beat", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("run", sa.Text),
        sa.Column("free", sa.Boolean, nullable=False),
        sa.ForeignKeyConstraint(["order_id", "item_id"], ["items.order_id", "items.item_id"]),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
    )
    op.create_index("sessions_by_subject", "sessions", ["subject"])
    op.create_index("sessions_by_end", "sessions", ["ends_at"])
