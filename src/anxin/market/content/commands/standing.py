"""What a creator changes of a post that passed its review, without another one: the moment it comes out, and the goods in it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.content.commands.posts import anchor_rows, check_anchors
from anxin.market.content.commands.reviews import make_known
from anxin.market.content.domain import posts as rules
from anxin.market.content.domain.posts import STANDING, Anchor, PostKind, PostState
from anxin.market.content.errors import posts as errors
from anxin.market.content.events import GoodsChanged, PostRescheduled
from anxin.market.content.models import Anchor as AnchorRow
from anxin.market.content.models import Post
from anxin.market.content.store import index, locked_post, step_post, write
from anxin.market.creators import queries as creators
from anxin.market.people.commands.audit import record_act

__all__ = ["change_anchors", "reschedule_post"]


@transactional
def reschedule_post(post_id: UUID, publish_at: Instant | None, *, creator_id: UUID, by: UUID, now: Instant) -> None:
    """Let a planned post come out at another moment, at once without one. Raises UnknownPost, NotScheduled, ScheduleWrong."""
    row = locked_post(post_id, creator_id=creator_id)
    if row.state != PostState.SCHEDULED:
        raise errors.NotScheduled
    if publish_at is not None and not rules.may_schedule(publish_at, now):
        raise errors.ScheduleWrong
    facts = {"from": _text(row.publish_at), "to": _text(publish_at or now)}
    if publish_at is None:
        cancel("content.publish", row.pk)
        step_post(row, "publish", publish_at=now, published_at=row.published_at or now)
        make_known(row, now=now)
    else:
        write(row, publish_at=publish_at)
        schedule("content.publish", row.pk, publish_at, version=row.version)
        publish(PostRescheduled(row.pk, row.creator_id, publish_at), shop_id=row.shop_id, now=now)
    record_act("content.reschedule", f"post:{row.pk}", facts, actor_id=by, now=now)


@transactional
def change_anchors(post_id: UUID, anchors: Sequence[Anchor], *, creator_id: UUID, by: UUID, now: Instant) -> None:
    """Put other goods into a post that is public or planned, or the same at other moments; again changes nothing.

    Goods that join are of the creator's showcase; labels are those that were reviewed, or none.
    Raises UnknownPost, NotStanding, AnchorsTooMany, AnchorBeyondEnd, NotInShowcase, LabelUnreviewed.
    """
    row = locked_post(post_id, creator_id=creator_id)
    if row.state not in STANDING:
        raise errors.NotStanding
    is_video = row.kind == PostKind.VIDEO
    wanted = tuple(replace(each, at_ms=each.at_ms if is_video else 0) for each in anchors)
    before = {each.product_id: each for each in AnchorRow.objects.filter(post_id=row.pk)}
    links = {each: anchor.link_id for each, anchor in before.items()}
    links |= creators.links_of(creator_id, [each.product_id for each in wanted])
    _check(row, wanted, links, {each: anchor.label for each, anchor in before.items()})
    rows = anchor_rows(row.pk, wanted, links)
    if _told(rows) == _told(sorted(before.values(), key=lambda each: each.place)):
        return
    AnchorRow.objects.filter(post_id=row.pk).delete()
    AnchorRow.objects.bulk_create(rows)
    write(row)
    if row.state == PostState.PUBLIC:
        index(row)
    publish(GoodsChanged(row.pk, row.creator_id, tuple(each.product_id for each in rows)), shop_id=row.shop_id, now=now)
    facts = {"from": _told(before.values()), "to": _told(rows)}
    record_act("content.change_goods", f"post:{row.pk}", facts, actor_id=by, now=now)


def _check(row: Post, wanted: tuple[Anchor, ...], links: dict[UUID, UUID], labels: dict[UUID, str]) -> None:
    check_anchors(wanted)
    if row.media is not None and any(each.at_ms > row.media.duration_ms for each in wanted):
        raise errors.AnchorBeyondEnd
    if any(each.product_id not in links for each in wanted):
        raise errors.NotInShowcase
    if any(each.label.strip() not in ("", labels.get(each.product_id, "")) for each in wanted):
        raise errors.LabelUnreviewed


def _told(rows: Iterable[AnchorRow]) -> list[list[object]]:
    return [[str(each.product_id), each.at_ms, each.label] for each in rows]


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
