"""What a change would change: asked by the portal, answered by a worker, kept for an hour."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "previews",
        sa.Column("id", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("instance", Key, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("taken", sa.Boolean, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("changes", sa.Text),
        sa.Column("problem", sa.Text),
        sa.Column("again", sa.Boolean),
    )
    op.create_index("previews_by_age", "previews", ["asked_at"])
