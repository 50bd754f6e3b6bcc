"""The interest engine's words on the desk: where cards come from, what is predicted, how long things take."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.market.interest.queries.versions import Soundness

SOURCES: dict[str, str | Promise] = {
    "transitions": gettext_lazy("Follows from what was done"),
    "neighbours": gettext_lazy("What alike people did"),
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
}
SOUND: dict[Soundness, tuple[str | Promise, str]] = {
    Soundness.WHOLE: (gettext_lazy("Whole"), "good"),
    Soundness.MISSING: (gettext_lazy("File missing"), "bad"),
    Soundness.CHANGED: (gettext_lazy("Checksum is wrong"), "bad"),
    Soundness.FOREIGN: (gettext_lazy("Of another version"), "wait"),
}
MINUTE, HOUR, DAY = 60, 3_600, 86_400


def source_words(source: str) -> str:
    """Return where a card comes from."""
    return str(SOURCES.get(source, source))


def policy_words(policy: str) -> str:
    """Return a policy's name; the engine's own are their versions."""
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
