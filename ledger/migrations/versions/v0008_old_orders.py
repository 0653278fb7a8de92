"""Orders of an old system, to learn promises from."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "imported_logs",
        sa.Column("name", Key, primary_key=True),
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("imported_at", Moment, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
    )
    op.create_table(
        "imported_cases",
        sa.Column("log", Key, sa.ForeignKey("imported_logs.name"), primary_key=True),
        sa.Column("id", Key, primary_key=True),
        sa.Column("placed_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_index("imported_cases_by_end", "imported_cases", ["last_at", "log", "id"])
