"""Words that a shop keeps ready for its answers (快捷回复)."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.errors.claims import BadWords, TooManyTemplates, UnknownTemplate
from anxin.market.guarantee.models.claims import ReplyTemplate

__all__ = ["forget_template", "write_template"]

TEMPLATES_MAX = 50
TITLE_MAX, WORDS_MAX = 30, 500


@transactional
def write_template(shop_id: UUID, title: str, words: str, *, now: Instant) -> UUID:
    """Keep words under a title; the same title is written anew. Raises BadWords, TooManyTemplates."""
    title, words = title.strip(), words.strip()
    if not 1 <= len(title) <= TITLE_MAX or not 1 <= len(words) <= WORDS_MAX:
        raise BadWords
    known = ReplyTemplate.objects.filter(shop_id=shop_id, title=title).first()
    if known is None and ReplyTemplate.objects.filter(shop_id=shop_id).count() >= TEMPLATES_MAX:
        raise TooManyTemplates(TEMPLATES_MAX)
    row = known or ReplyTemplate(id=new_id(), shop_id=shop_id, title=title)
    row.words, row.written_at = words, now
    row.save()
    return row.id


@transactional
def forget_template(shop_id: UUID, template_id: UUID) -> None:
    """Take a template away. Raises UnknownTemplate."""
    gone, _ = ReplyTemplate.objects.filter(id=template_id, shop_id=shop_id).delete()
    if not gone:
        raise UnknownTemplate
