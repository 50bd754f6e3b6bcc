"""“Why this?”: the reason of a card in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from anxin.faces.language import reads_chinese
from anxin.market.interest.commands import Reason, Why

NAMED: dict[str, str | Promise] = {
    "content": _("Because you liked “%(title)s”"),
    "transitions": _("Because you liked “%(title)s”"),
    "neighbours": _("Popular among people who liked “%(title)s”"),
    "regression": _("Goes with “%(title)s”, which you liked"),
}
LOOKED: dict[str, str | Promise] = {
    "content": _("Because you looked at “%(title)s”"),
    "transitions": _("Because you looked at “%(title)s”"),
    "neighbours": _("Popular among people who looked at “%(title)s”"),
    "regression": _("Goes with “%(title)s”, which you looked at"),
}
TITLE_LENGTH = 30
PLAIN: dict[str, str | Promise] = {
    "content": _("Like what you looked at lately"),
    "transitions": _("Like what you looked at lately"),
    "neighbours": _("Popular among people like you"),
    "regression": _("Goes with what you looked at lately"),
    "follows": _("Because you follow this creator"),
    "popular": _("Popular now"),
    "fresh": _("New in the market"),
    "tried": _("New: it is being tried out"),
}


def words_of(why: Why) -> str:
    """Return why a card is shown, in words."""
    title = _title(why)
    if title and why.source in NAMED:
        return str((NAMED if why.was_liked else LOOKED)[why.source]) % {"title": title}
    return str(PLAIN.get(why.source, PLAIN["popular"]))


GOODS: dict[str, str | Promise] = {
    "similar": _("Like this one"),
    "transitions": _("People looked at it next"),
    "neighbours": _("People who had this had it too"),
    "regression": _("Goes with this one"),
    "popular": _("Popular in this category"),
}
SUITING: dict[str, str | Promise] = {
    "transitions": _("People looked at it next"),
    "neighbours": _("Popular among people like you"),
    "regression": _("Goes with what you looked at lately"),
    "content": _("Like what you looked at lately"),
    "popular": _("Popular now"),
    "fresh": _("New in the market"),
}


def goods_words_of(why: Reason) -> str:
    """Return why a product is recommended, in words."""
    if why.shelf == "together":
        return ngettext("%(number)s person bought both", "%(number)s people bought both", why.buyers) % {
            "number": why.buyers
        }
    if why.shelf == "similar":
        return str(GOODS.get(why.source, GOODS["similar"]))
    if why.because is not None and why.source in NAMED:
        card = why.because
        title = (card.title if reads_chinese() else card.title_en or card.title)[:TITLE_LENGTH]
        return str(LOOKED[why.source]) % {"title": title}
    return str(SUITING.get(why.source, SUITING["popular"]))


def _title(why: Why) -> str:
    if why.because is None:
        return ""
    post = why.because.post
    own, english = post.title or post.caption[:20], post.title_en or post.caption_en[:30]
    return (own or english) if reads_chinese() else (english or own)
