"""Low answers to the survey that nobody has done anything about."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("orders", recreate="never") as orders:
        orders.add_column(
            sa.Column("unhappy", sa.Boolean, nullable=False, server_default=sa.false())
        )
    # As each of the two writes the condition: only then do they see that the index will do.
    op.create_index(
        "unhappy_orders",
        "orders",
        ["placed_at", "id"],
        sqlite_where=sa.text("unhappy = 1"),
        postgresql_where=sa.text("unhappy"),
    )
