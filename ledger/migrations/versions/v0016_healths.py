"""How delivered servers answer."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "healths",
        sa.Column("instance", Key, primary_key=True),
        sa.Column("looked_at", Moment, nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("recent", sa.Text, nullable=False),
    )
