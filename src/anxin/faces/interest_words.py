"""The interest engine's words on the desk: where cards come from, what is predicted, how long things take."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.language import reads_chinese
from anxin.kernel.money import format_money
from anxin.market.catalog.queries import cards
from anxin.market.content.queries.posts import facts_by_id
from anxin.market.interest.queries.versions import Soundness

SOURCES: dict[str, str | Promise] = {
    "transitions": gettext_lazy("Follows from what was done"),
    "neighbours": gettext_lazy("What alike people did"),
    "regression": gettext_lazy("Goes with what was done (learned lists)"),
    "content": gettext_lazy("Alike in words, topic and category"),
    "follows": gettext_lazy("Followed creators"),
    "popular": gettext_lazy("Popular in the cohort"),
    "fresh": gettext_lazy("Newest"),
    "tried": gettext_lazy("Tried out (exploration)"),
    "": gettext_lazy("Not written down"),
}
POLICIES: dict[str, str | Promise] = {
    "popular": gettext_lazy("Fallback: popular and new"),
    "plain-1": gettext_lazy("Not personal (switched off)"),
    "own-page": gettext_lazy("Its own page"),
}
OF_FORMULA = "quality-"
SOUND: dict[Soundness, tuple[str | Promise, str]] = {
    Soundness.WHOLE: (gettext_lazy("Whole"), "good"),
    Soundness.MISSING: (gettext_lazy("File missing"), "bad"),
    Soundness.CHANGED: (gettext_lazy("Checksum is wrong"), "bad"),
    Soundness.FOREIGN: (gettext_lazy("Of another version"), "wait"),
}
MINUTE, HOUR, DAY = 60, 3_600, 86_400
TEN = 10


def source_words(source: str) -> str:
    """Return where a card comes from."""
    return str(SOURCES.get(source, source))


def policy_words(policy: str) -> str:
    """Return a policy's name; the engine's own are named after their value formulas."""
    if policy.startswith(OF_FORMULA):
        return _("Value formula %(number)s") % {"number": policy.removeprefix(OF_FORMULA)}
    return str(POLICIES.get(policy, policy))


def span(seconds: int | None) -> str:
    """Return how long something takes, in its two greatest units."""
    if seconds is None:
        return "–"
    if seconds < MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < HOUR:
        return _("%(minutes)s min") % {"minutes": seconds // MINUTE}
    if seconds < DAY:
        return _("%(hours)s h %(minutes)s min") % {"hours": seconds // HOUR, "minutes": seconds % HOUR // MINUTE}
    return _("%(days)s d %(hours)s h") % {"days": seconds // DAY, "hours": seconds % DAY // HOUR}


def size_words(count: int) -> str:
    """Return a size in MiB."""
    return f"{count / 1_048_576:.1f} MiB"


HEADS: dict[str, str | Promise] = {
    "click": gettext_lazy("Product click"),
    "finish": gettext_lazy("Watched to the end"),
    "like": gettext_lazy("Like"),
    "follow": gettext_lazy("Follow"),
    "cart": gettext_lazy("Into the cart"),
    "order": gettext_lazy("Order"),
    "refund": gettext_lazy("Refund, given an order"),
    "complaint": gettext_lazy("Complaint, given an order"),
}
WEIGHT_WORDS: dict[str, str | Promise] = {
    "complaint": gettext_lazy("What a complaint costs"),
    "violation": gettext_lazy("What a broken rule costs"),
    **{name: words for name, words in HEADS.items() if name in {"click", "finish", "like", "follow", "cart"}},
}
REASONS: tuple[tuple[str, str | Promise], ...] = (
    (r"(\S+) effective units, (\S+) are needed", gettext_lazy("%(one)s effective people; %(two)s are needed")),
    (r"(\S+) of the new policy's choices were never shown", gettext_lazy("%(one)s of its choices were never shown")),
    (r"one unit carries (\S+) of the weight", gettext_lazy("one person carries %(one)s of the weight")),
    (
        r"weights average (\S+) instead of (\S+): propensities are not true",
        gettext_lazy("weights average %(one)s instead of %(two)s: the logged chances are not true"),
    ),
    (r"the interval of the difference holds 0", gettext_lazy("the interval of the difference holds 0")),
    (
        r"the answers are too young: .*",
        gettext_lazy("the answers are too young: orders, refunds and complaints may still come"),
    ),
)


def percent(share: float) -> str:
    """Return a share with the digits that a small chance needs."""
    number = share * 100
    return f"{number:.0f} %" if number >= TEN else f"{number:.2f} %"


def reason_words(reason: str) -> str:
    """Return why the data cannot tell."""
    for pattern, words in REASONS:
        found = re.fullmatch(pattern, reason)
        if found:
            one, two = (*found.groups(), "", "")[:2]
            return str(words) % {"one": one, "two": two}
    return reason


def money_a_thousand(minor: float) -> str:
    """Return what a thousand places come to."""
    return format_money(round(minor * 1_000))


def item_titles(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the titles of videos, notes and products in the reader's language: three statements."""
    chinese, found = reads_chinese(), dict[UUID, str]()
    for identity, post in facts_by_id(ids).items():
        own, english = post.title or post.caption[:30], post.title_en or post.caption_en[:40]
        found[identity] = (own or english) if chinese else (english or own)
    for card in cards([each for each in ids if each not in found]):
        found[card.id] = card.title if chinese else card.title_en or card.title
    return found
