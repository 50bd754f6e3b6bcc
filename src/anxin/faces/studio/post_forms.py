"""The editor of a video or note: its words, its pictures or its file, its goods, and when and to whom it is shown."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from anxin.faces.content_words import VISIBILITIES
from anxin.faces.pages import message_of
from anxin.faces.studio.product_editor import sent_pictures
from anxin.infra.media import store_picture
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog.queries import Card, cards
from anxin.market.content.commands.posts import Anchor, Draft, PostKind, Visibility
from anxin.market.content.queries.posts import (
    ANCHOR_LABEL_LENGTH_MAX,
    ANCHORS_MAX,
    CAPTION_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    PostFacts,
)

MOMENT = "%Y-%m-%dT%H:%M"
SECONDS_LENGTH_MAX = 9
VERSION_DIGITS_MAX = 9
KEY_LENGTH = 40  # of a stored picture
CAPTION = {"rows": 4, "maxlength": CAPTION_LENGTH_MAX}
OUTSIDE = ("pictures", "media", "products")  # fields of a post that the page writes by itself


class PostForm(forms.Form):
    """The words of a post, its readers and its moment."""

    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH_MAX, required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=TITLE_LENGTH_MAX, required=False)
    caption = forms.CharField(
        label=_("Caption"),
        max_length=CAPTION_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs=CAPTION),
        help_text=_("#topic and @handle become links; up to ten of each."),
    )
    caption_en = forms.CharField(
        label=_("Caption in English"),
        max_length=CAPTION_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs=CAPTION),
    )
    visibility = forms.ChoiceField(
        label=_("Who may see it"), choices=[(each.value, words) for each, words in VISIBILITIES.items()]
    )
    publish_at = forms.DateTimeField(
        label=_("Publish at"),
        required=False,
        input_formats=[MOMENT, f"{MOMENT}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        help_text=_("Empty: as soon as it is approved. Else from five minutes to thirty days ahead."),
    )


@dataclass(frozen=True)
class AnchorRow:
    """A product in a post as its row of the editor: `seconds` as they are typed."""

    product: str
    card: Card | None
    seconds: str
    label: str


@dataclass
class PostEditor:
    """A post on its way between request, page and command."""

    kind: PostKind
    form: PostForm
    anchors: list[AnchorRow] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    media_id: UUID | None = None
    cover: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)  # at those of OUTSIDE, and at the cover

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        return self.kind is PostKind.VIDEO

    def draft(self) -> Draft:
        """Return what the valid form says."""
        facts = self.form.cleaned_data
        return Draft(
            self.kind,
            **{name: facts[name] for name in ("title", "title_en", "caption", "caption_en", "publish_at")},
            visibility=Visibility(facts["visibility"]),
            media_id=self.media_id,
            pictures=tuple(self.pictures),
            cover=self.cover,
            anchors=anchors_of(self.anchors),
        )


def anchors_of(rows: list[AnchorRow]) -> tuple[Anchor, ...]:
    """Return what rows of the editor say; a note's moments are all 0."""
    return tuple(Anchor(parse_public_id("prd", row.product), at_ms(row.seconds), row.label) for row in rows)


def opened(kind: PostKind, post: PostFacts | None) -> PostEditor:
    """Return the editor of a stored post, or an empty one."""
    if post is None:
        return PostEditor(kind, PostForm(initial={"visibility": Visibility.PUBLIC.value}))
    names = ("title", "title_en", "caption", "caption_en", "publish_at")
    initial = {name: getattr(post, name) for name in names} | {"visibility": post.visibility.value}
    known = {card.id: card for card in cards([each.product_id for each in post.anchors])}
    rows = [
        AnchorRow(public_id("prd", each.product_id), known.get(each.product_id), seconds_of(each.at_ms), each.label)
        for each in post.anchors
    ]
    media = post.media.id if post.media else None
    return PostEditor(kind, PostForm(initial=initial), rows, list(post.pictures), media, post.cover_key)


def posted(kind: PostKind, request: HttpRequest, media_id: UUID | None) -> PostEditor:
    """Return the editor as it was sent, its new pictures stored; `media_id` is the video that the post has already."""
    pictures, refused = sent_pictures(request.POST, request.FILES) if kind is PostKind.NOTE else ([], [])
    sent = request.POST.get("upload", "")
    cover, fault = _sent_cover(request) if kind is PostKind.VIDEO else ("", "")
    editor = PostEditor(
        kind,
        PostForm(request.POST),
        sent_anchors(request.POST),
        list(dict.fromkeys(picture.key for picture in pictures)),
        parse_public_id("med", sent) if sent else media_id,
        cover,
        {name: words for name, words in (("pictures", refused), ("cover", [fault] if fault else [])) if words},
    )
    editor.form.is_valid()
    return editor


def sent_version(data: QueryDict) -> int | None:
    """Return at which version of the draft its page was opened, None where the form does not say."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= VERSION_DIGITS_MAX else None


def _sent_cover(request: HttpRequest) -> tuple[str, str]:
    """Return the cover that was chosen, a new picture before a frame; and what was wrong with its file."""
    chosen, file = request.POST.get("cover", "")[:KEY_LENGTH], request.FILES.get("cover-file")
    if file is None:
        return chosen, ""
    try:
        return store_picture(file.read()), ""
    except AnxinError as refused:
        return chosen, f"{file.name}: {message_of(refused)}"


def at_ms(seconds: str) -> int:
    """Return the milliseconds of a typed number of seconds; what is no number is the beginning."""
    whole, _dot, part = seconds.strip().partition(".")
    if not whole.isascii() or not whole.isdigit() or (part and not (part.isascii() and part.isdigit())):
        return 0
    return int(whole) * 1_000 + int(f"{part}000"[:3])


def seconds_of(milliseconds: int) -> str:
    """Write milliseconds as seconds with a tenth."""
    return f"{milliseconds // 1_000}.{milliseconds % 1_000 // 100}"


def sent_anchors(data: QueryDict) -> list[AnchorRow]:
    """Return the rows of goods as they were sent: those ticked to go left out, those ticked to come added."""
    removed = set(data.getlist("anchor-remove"))
    sent = zip(data.getlist("anchor-product"), data.getlist("anchor-at"), data.getlist("anchor-label"), strict=False)
    rows = {product: (seconds, label) for product, seconds, label in sent if product not in removed}
    rows |= {product: ("0", "") for product in data.getlist("anchor-add") if product not in rows}
    ids = {product: identity for product in list(rows)[: ANCHORS_MAX + 1] if (identity := _product(product))}
    known = {card.id: card for card in cards(list(ids.values()))}
    return [
        AnchorRow(
            product,
            known.get(identity),
            rows[product][0][:SECONDS_LENGTH_MAX],
            rows[product][1][:ANCHOR_LABEL_LENGTH_MAX],
        )
        for product, identity in ids.items()
    ]


def _product(text: str) -> UUID | None:
    try:
        return parse_public_id("prd", text)
    except AnxinError:
        return None


def refuse(editor: PostEditor, refused: AnxinError, words: str) -> None:
    """Show a refusal at the field that it is about, else above the form; also in a form that was not sent."""
    if refused.at_field in OUTSIDE:
        editor.faults.setdefault(refused.at_field, []).append(words)
        return
    errors, name = editor.form.errors, refused.at_field if refused.at_field in editor.form.fields else NON_FIELD_ERRORS
    errors.setdefault(name, editor.form.error_class()).append(words)


def form_facts(editor: PostEditor) -> dict[str, Any]:
    """Return the fields in the order of the page."""
    form = editor.form
    return {
        "words": [form[name] for name in ("title", "title_en", "caption", "caption_en")],
        "terms": [form[name] for name in ("visibility", "publish_at")],
    }
