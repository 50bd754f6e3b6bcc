"""What must hold of scores at any moment."""

from anxin.infra.doctor import Broken, check
from anxin.market.service.store.reviews import SQL


@check("service.scores_match_sheets")
def scores_match_sheets() -> str:
    """Every score that shops keep is the one its sheet was reckoned to."""
    found = SQL.one("wrong_scores") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} scores other than on their sheet, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
