"""Commands about the category tree."""

import json

from anxin.infra.tx import transactional
from anxin.kernel.ids import new_id
from anxin.market.catalog.category_files import written_categories
from anxin.market.catalog.domain.tree import CategoryNode, attributes_to_json
from anxin.market.catalog.store import SQL
from anxin.market.catalog.tree_cache import forget_tree


@transactional
def sync_categories(categories: tuple[CategoryNode, ...] | None = None) -> int:
    """Bring the tables in line with the category files (or the given ones); return how many categories there are.

    Running it again changes nothing. Terms with a new `effective_from` are added beside the old ones.
    """
    nodes = categories or written_categories()
    SQL.run("sync_categories", categories=json.dumps([_identity(index, node) for index, node in enumerate(nodes)]))
    SQL.run("sync_category_terms", terms=json.dumps([_terms(node) for node in nodes]))
    forget_tree()
    return len(nodes)


def _identity(position: int, node: CategoryNode) -> dict[str, object]:
    return {
        "code": node.code,
        "parent": node.parent,
        "name": node.name,
        "name_en": node.name_en,
        "icon": node.icon,
        "position": position,
        "is_leaf": node.is_leaf,
    }


def _terms(node: CategoryNode) -> dict[str, object]:
    terms = node.terms
    return {
        "id": str(new_id()),
        "category": node.code,
        "effective_from": terms.effective_from.isoformat(),
        "service_fee_bps": terms.service_fee_bps,
        "after_sale_days": terms.after_sale_days,
        "settlement_days": terms.settlement_days,
        "flags": sorted(terms.flags),
        "attributes": attributes_to_json(terms.attributes),
    }
