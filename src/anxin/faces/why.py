"""“Why this?”: the reason of a card in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anxin.faces.language import reads_chinese
from anxin.market.interest.commands import Why

NAMED: dict[str, str | Promise] = {
    "content": _("Because you liked “%(title)s”"),
    "transitions": _("Because you liked “%(title)s”"),
    "neighbours": _("Popular among people who liked “%(title)s”"),
}
PLAIN: dict[str, str | Promise] = {
    "content": _("Like what you looked at lately"),
    "transitions": _("Like what you looked at lately"),
    "neighbours": _("Popular among people like you"),
    "follows": _("Because you follow this creator"),
    "popular": _("Popular now"),
    "fresh": _("New in the market"),
    "tried": _("New: it is being tried out"),
}


def words_of(why: Why) -> str:
    """Return why a card is shown, in words."""
    liked = _title(why)
    if liked and why.source in NAMED:
        return str(NAMED[why.source]) % {"title": liked}
    return str(PLAIN.get(why.source, PLAIN["popular"]))


def _title(why: Why) -> str:
    if why.because is None:
        return ""
    post = why.because.post
    own, english = post.title or post.caption[:20], post.title_en or post.caption_en[:30]
    return (own or english) if reads_chinese() else (english or own)
