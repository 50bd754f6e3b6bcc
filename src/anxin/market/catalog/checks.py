"""What must always be true of the catalog."""

from anxin.infra.doctor import Broken, check
from anxin.market.catalog.store import SQL


@check("catalog.shown_is_kept")
def shown_is_kept() -> str:
    """Every product on sale has a kept version, whose digest fits, of what buyers see."""
    found = SQL.one("check_shown") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} products on sale without a true snapshot, such as {found['example']}")
    return f"{found['products']:,} products on sale"


@check("catalog.prices_have_history")
def prices_have_history() -> str:
    """The newest row of each SKU's price history is the price it asks."""
    found = SQL.one("check_prices") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} SKUs ask another price than their history says, such as {found['example']}")
    return f"{found['skus']:,} SKUs"


@check("catalog.reviews_match_states")
def reviews_match_states() -> str:
    """A product in review has exactly one waiting submission, and a waiting one belongs to a product that may wait."""
    found = SQL.one("check_reviews") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} products disagree with their reviews, such as {found['example']}")
    return f"{found['waiting']:,} waiting reviews"
