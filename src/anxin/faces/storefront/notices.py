"""Notices: what others said to one and what became of what one made. To look at them is to have read them."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.post_views import outside_id
from anxin.infra.clock import now
from anxin.kernel.clock import Instant
from anxin.market.content.commands.notices import read_notices
from anxin.market.content.queries import notices as queries
from anxin.market.content.queries.notices import NewLikes, NoticeFacts, NoticeKind, PostState, TitleFacts

SIZE = 40
ICONS = {
    NoticeKind.COMMENT: "message-circle",
    NoticeKind.REPLY: "message-square",
    NoticeKind.MENTION: "sparkles",
    NoticeKind.PUBLISHED: "circle-check",
    NoticeKind.REJECTED: "circle-alert",
    NoticeKind.HIDDEN: "circle-alert",
}


@dataclass(frozen=True)
class NoticeView:
    """A notice as the page writes it; `at` is None of likes, which are counted and not dated."""

    icon: str
    words: str
    text: str
    url: str
    at: Instant | None
    is_unread: bool


@never_cache
@require_GET
@operation("account.read")
def show_notices(request: HttpRequest) -> HttpResponse:
    """Show one's notices, the last first, and note that they were read, those among them of which nothing is said any more."""
    me, cursor, moment = person_of(request), request.GET.get("cursor"), now()
    likes = () if cursor else queries.new_likes(me)
    page = queries.notices_of(me, cursor=cursor, limit=SIZE)
    rows = [*(_liked(each) for each in likes), *(_view(each) for each in page.items)]
    if not cursor:
        read_notices(me, {each.post.id: each.likes for each in likes}, now=moment)
    return render(request, "account/notices.html", {"page": page, "rows": rows})


def _view(facts: NoticeFacts) -> NoticeView:
    return NoticeView(ICONS[facts.kind], _words(facts), facts.text, _url(facts), facts.at, facts.is_unread)


def _liked(found: NewLikes) -> NoticeView:
    words = ngettext("%(n)d more like of “%(title)s”", "%(n)d more likes of “%(title)s”", found.fresh)
    said = words % {"n": found.fresh, "title": _title(found.post)}
    return NoticeView("heart", said, "", reverse("post", args=[_number(found.post)]), None, is_unread=True)


def _words(facts: NoticeFacts) -> str:
    others = len(facts.authors) - 1
    values = {"name": (facts.authors or ("",))[0] or _("Somebody"), "title": _title(facts.post), "n": others}
    if facts.kind is NoticeKind.COMMENT and others > 0:
        return (
            ngettext(
                "%(name)s and %(n)d other person commented on “%(title)s”",
                "%(name)s and %(n)d other people commented on “%(title)s”",
                others,
            )
            % values
        )
    words = {
        NoticeKind.COMMENT: _("%(name)s commented on “%(title)s”"),
        NoticeKind.REPLY: _("%(name)s answered you below “%(title)s”"),
        NoticeKind.MENTION: _("%(name)s mentions you in “%(title)s”"),
        NoticeKind.PUBLISHED: _("“%(title)s” is public now"),
        NoticeKind.REJECTED: _("“%(title)s” was refused"),
        NoticeKind.HIDDEN: _("“%(title)s” was taken from the public"),
    }
    return words[facts.kind] % values


def _url(facts: NoticeFacts) -> str:
    number = _number(facts.post)
    if facts.kind in {NoticeKind.REJECTED, NoticeKind.HIDDEN} or facts.post.state is not PostState.PUBLIC:
        return reverse("studio_post", args=[number])
    return reverse("post", args=[number]) + ("#comments" if facts.comment_id else "")


def _title(post: TitleFacts) -> str:
    chosen = (post.title or post.title_en) if reads_chinese() else (post.title_en or post.title)
    return chosen or _("Without a title")


def _number(post: TitleFacts) -> str:
    return outside_id(post.kind, post.id)


urlpatterns = [path("me/notices", show_notices, name="me_notices")]
