"""People take what they watched out of their history."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.market.interest import store
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.models import Actor

LISTS = ("kinds", "item_kinds", "items", "ats", "amounts")  # of a history, side by side


@transactional
def forget_watched(actor: UUID, only: UUID | None = None) -> None:
    """Let what was watched (one thing of it, or all) say nothing of somebody any more; what else they did stays.

    What was learned until now stays learned, and what was shown counts as shown: `forget_interests` begins anew.
    """
    row = Actor.objects.select_for_update().filter(actor=actor).first()
    if row is None:
        return
    watch = store.NUMBER[Kind.WATCH]
    done = enumerate(zip(row.kinds, row.items, strict=True))
    kept = [place for place, (kind, item) in done if kind != watch or (only is not None and item != only)]
    for name in LISTS:
        setattr(row, name, [getattr(row, name)[place] for place in kept])
    row.save(update_fields=LISTS)
