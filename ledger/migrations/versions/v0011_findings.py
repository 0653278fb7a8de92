"""What reconciliation has found."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    texts = (
        *("verdict", "provider", "account", "region", "kind", "instance", "resource"),
        *("agency", "owner", "name", "order_id", "item_id", "evidence"),
    )
    op.create_table(
        "findings",
        sa.Column("id", Key, primary_key=True),
        sa.Column("key", Key, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("opened_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("decided_at", Moment),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
    )
    op.create_index("findings_by_age", "findings", ["opened_at", "id"])
    still = sa.text("closed_at IS NULL")
    op.create_index(
        "open_findings",
        "findings",
        ["key"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
