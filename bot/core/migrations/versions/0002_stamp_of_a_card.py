"""Stamp of a card."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: None = None
depends_on: None = None

due = sa.table("due", sa.column("id", sa.Integer()), sa.column("kind", sa.String()), sa.column("args", sa.JSON()))


def upgrade() -> None:
    """Let a card say which unit of work rendered it, and a refresh speak of several kinds of cards."""
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stamp", sa.String(), nullable=False, server_default=""))
    _rewrite(lambda args: {"kinds": [args["kind"]], "stamp": ""})


def downgrade() -> None:
    """Change them back."""
    with op.batch_alter_table("card", schema=None) as batch_op:
        batch_op.drop_column("stamp")
    _rewrite(lambda args: {"kind": args["kinds"][0]})


def _rewrite(change: Callable[[Any], Any]) -> None:
    connection = op.get_bind()
    for number, args in connection.execute(sa.select(due.c.id, due.c.args).where(due.c.kind == "cards.refresh")).all():
        connection.execute(due.update().where(due.c.id == number).values(args=change(args)))
