"""keys to look customers up by, and indexes for the timeline

Revision: lookup_keys, after: 0002
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "lookup_keys"
down_revision = "0002"
branch_labels = None
depends_on = None

TIMES = {
    "orders": "ordered_at",
    "invoices": "issued_on",
    "payments": "paid_at",
    "tickets": "opened_at",
    "tasks": "due_on",
    "calls": "started_at",
}
NAMED, NUMBERED = ("account", "contact", "lead"), ("ticket", "order", "invoice", "quote")
BATCH = 5000


def upgrade() -> None:
    for table, column in TIMES.items():
        op.drop_index(f"ix_{table}_account_id", table_name=table)
        op.create_index(f"ix_{table}_account_at", table, ["account_id", column])
    op.create_table(
        "lookup_keys",
        sa.Column("record_id", sa.String(40), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("value", sa.String(320), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_lookup_keys_record_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "form", "value", name="pk_lookup_keys"),
    )
    op.create_index("ix_lookup_keys_form_value", "lookup_keys", ["form", "value"])
    op.create_table(
        "name_grams",
        sa.Column("gram", sa.String(3), nullable=False),
        sa.Column("word", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("gram", "word", name="pk_name_grams"),
    )
    op.create_index("ix_name_grams_word", "name_grams", ["word"])
    _fill(op.get_bind())


def downgrade() -> None:
    op.drop_table("name_grams")
    op.drop_table("lookup_keys")
    for table in TIMES:
        op.drop_index(f"ix_{table}_account_at", table_name=table)
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def _fill(connection: sa.Connection) -> None:
    """Records that are here already are found the same way as those to come."""
    keys = sa.table(
        "match_keys",
        *(sa.column(name, sa.String) for name in ("record_id", "kind", "field", "value")),
    )
    lookup = sa.table(
        "lookup_keys", *(sa.column(name, sa.String) for name in ("record_id", "form", "value"))
    )
    grams = sa.table("name_grams", sa.column("gram", sa.String), sa.column("word", sa.String))
    last, words = "", set()
    while True:
        ids = list(
            connection.scalars(
                sa.select(keys.c.record_id)
                .where(keys.c.record_id > last, keys.c.kind.in_((*NAMED, *NUMBERED)))
                .distinct()
                .order_by(keys.c.record_id)
                .limit(BATCH)
            )
        )
        if not ids:
            break
        bounds = sa.and_(keys.c.record_id >= ids[0], keys.c.record_id <= ids[-1])
        rows = connection.execute(sa.select(keys).where(bounds)).all()
        found = {
            (row.record_id, form, value)
            for row in rows
            for form, value in _forms(row.kind, row.field, row.value)
        }
        if found:
            connection.execute(
                lookup.insert(),
                [{"record_id": r, "form": f, "value": v} for r, f, v in sorted(found)],
            )
        words |= {value for _, form, value in found if form == "word"}
        last = ids[-1]
    made = sorted({(gram, word[:80]) for word in words for gram in _grams(word[:80])})
    for start in range(0, len(made), BATCH):
        part = made[start : start + BATCH]
        connection.execute(grams.insert(), [{"gram": g, "word": w} for g, w in part])


def _forms(kind: str, field: str, value: str) -> list[tuple[str, str]]:
    if field == "phone":
        return [("phone", "".join(c for c in value if c.isdecimal())[::-1])]
    if kind in NUMBERED and field == "number":
        figures = re.findall(r"\d+", value)
        return [("number", figures[-1].lstrip("0") or "0")] if figures else []
    if kind in NAMED and field in ("name", "company"):
        return [("word", word[:80]) for word in value.split()]
    return []


def _grams(word: str) -> set[str]:
    padded = f" {unicodedata.normalize('NFC', word)} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
