"""What must hold of reviews at any moment."""

from anxin.infra.doctor import Broken, check
from anxin.market.service.store.reviews import SQL


@check("service.ratings_count_reviews")
def ratings_count_reviews() -> str:
    """The rating of every product is what its shown reviews count up to, and votes are counted."""
    found = SQL.one("wrong_ratings") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} ratings or votes that do not count up, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"


@check("service.reviews_of_received_lines")
def reviews_of_received_lines() -> str:
    """Every review is of a line that its writer bought and received."""
    found = SQL.one("strange_reviews") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} reviews of what was not received, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
