"""Access data on its way to who asked for it: sealed, and kept for ten minutes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "envelopes",
        sa.Column("id", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("asker", sa.Text, nullable=False),
        sa.Column("instance", Key, nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("item_id", Key, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("taken_at", Moment),
        sa.Column("answered_at", Moment),
        sa.Column("sealed", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("again", sa.Boolean),
    )
    op.create_index("envelopes_by_age", "envelopes", ["asked_at"])
    op.create_index("envelopes_by_instance", "envelopes", ["instance"])
