"""E-mails on their way, and what people have been written to about."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("key", Key, primary_key=True),
        sa.Column("recipient", Key, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at", Moment, nullable=False),
        sa.Column("due_at", Moment),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("trouble", sa.Text, nullable=False),
    )
    op.create_index("mails_by_due", "mails", ["due_at", "key"])
    op.create_index("mails_by_recipient", "mails", ["recipient", "written_at"])
    op.create_table(
        "mailed_about",
        sa.Column("recipient", Key, primary_key=True),
        sa.Column("about", Key, primary_key=True),
        sa.Column("written_at", Moment, nullable=False),
    )
