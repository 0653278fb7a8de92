"""What stands in the clouds without our tag, and may be adopted."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    texts = (
        *("provider", "account", "region", "kind", "resource", "name", "facts"),
        *("agency", "evidence", "proposal", "own", "choice", "decided_by", "why", "order_id"),
    )
    op.create_table(
        "candidates",
        sa.Column("id", Key, primary_key=True),
        sa.Column("key", Key, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("ready", sa.Boolean, nullable=False),
        sa.Column("first_seen", Moment, nullable=False),
        sa.Column("last_seen", Moment, nullable=False),
        sa.Column("closed_at", Moment),
        sa.Column("decided_at", Moment),
    )
    op.create_index("candidates_by_age", "candidates", ["first_seen", "id"])
    still = sa.text("closed_at IS NULL")
    op.create_index(
        "open_candidates",
        "candidates",
        ["key"],
        unique=True,
        sqlite_where=still,
        postgresql_where=still,
    )
    op.create_index("items_by_resource", "items", ["resource_id", "provider", "account"])
