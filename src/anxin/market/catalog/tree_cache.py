"""The category tree in the memory of this process: read once, again when terms change or a minute has passed."""

from dataclasses import dataclass
from datetime import timedelta

from anxin.infra.sql import Row, Statements
from anxin.kernel.clock import Instant
from anxin.market.catalog.domain.tree import CategoryNode, CategoryTree, Flag, Terms, attributes_from_json

SQL = Statements(__name__)
KEEP = timedelta(minutes=1)  # another process may have brought a new edition


@dataclass
class _Kept:
    tree: CategoryTree
    since: Instant
    until: Instant


_kept: dict[str, _Kept] = {}


def category_tree(*, now: Instant) -> CategoryTree:
    """Return the categories with the terms in force at `now`."""
    kept = _kept.get("tree")
    if kept is None or not kept.since <= now < kept.until:
        rows = SQL.rows("category_tree", now=now)
        next_change = rows[0]["next_change"] if rows else None
        until = min(now + KEEP, next_change) if next_change else now + KEEP
        kept = _Kept(CategoryTree({row["code"]: _node(row) for row in rows}), now, until)
        if rows:
            _kept["tree"] = kept
    return kept.tree


def forget_tree() -> None:
    """Read the tree anew at the next question."""
    _kept.clear()


def _node(row: Row) -> CategoryNode:
    terms = Terms(
        effective_from=row["effective_from"],
        service_fee_bps=row["service_fee_bps"],
        after_sale_days=row["after_sale_days"],
        settlement_days=row["settlement_days"],
        flags=frozenset(Flag(flag) for flag in row["flags"]),
        attributes=attributes_from_json(row["attributes"]),
    )
    return CategoryNode(
        code=row["code"],
        parent=row["parent"],
        name=row["name"],
        name_en=row["name_en"],
        icon=row["icon"],
        is_leaf=row["is_leaf"],
        terms=terms,
        is_retired=row["is_retired"],
    )
