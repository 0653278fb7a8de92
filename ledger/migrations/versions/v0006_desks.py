"""Indexes for audit, questions and lead times; drafts, delegations, files, notices and the hub."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Moment = sa.DateTime(timezone=True)
Key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("orders", recreate="never") as orders:
        orders.add_column(sa.Column("approval_path", sa.Text, nullable=False, server_default=""))
    op.create_index("items_by_end", "items", ["ended_at", "order_id", "item_id"])
    op.create_index("ledger_by_time", "ledger", ["at", "order_id", "version"])
    _index_kind("ledger_questions", "QuestionAsked")
    _index_kind("ledger_opinions", "SurveyAnswered")
    _create_drafts()
    _create_delegations()
    _create_attachments()
    _create_notices()
    _create_subscriptions()
    _create_outbox()


def _index_kind(name: str, kind: str) -> None:
    where = sa.text(f"kind = '{kind}'")
    columns = ["at", "order_id", "version"]
    op.create_index(name, "ledger", columns, sqlite_where=where, postgresql_where=where)


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("owner", Key, primary_key=True),
        sa.Column("id", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("saved_at", Moment, nullable=False),
    )
    op.create_index("drafts_by_age", "drafts", ["saved_at"])


def _create_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("approver", sa.Text, nullable=False),
        sa.Column("delegate", sa.Text, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
    )
    op.create_index("delegations_by_delegate", "delegations", ["delegate", "ends_at"])
    op.create_index("delegations_by_approver", "delegations", ["approver", "ends_at"])


def _create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("sha256", Key, primary_key=True),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("stored_at", Moment, nullable=False),
    )


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", Key, primary_key=True),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("title_nb", sa.Text, nullable=False),
        sa.Column("title_en", sa.Text, nullable=False),
        sa.Column("text_nb", sa.Text, nullable=False),
        sa.Column("text_en", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("offering", sa.Text, nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )
    op.create_index("notices_by_start", "notices", ["starts_at", "id"])


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", Key, primary_key=True),
        sa.Column("agency", sa.Text, nullable=False),
        sa.Column("callback", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("failing_since", Moment),
    )
    op.create_index("subscriptions_by_agency", "subscriptions", ["agency"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("subscription", Key, sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("order_id", Key, nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_index("outbox_by_due", "outbox", ["due_at", "id"])
    op.create_index("outbox_by_subscription", "outbox", ["subscription", "order_id", "id"])
