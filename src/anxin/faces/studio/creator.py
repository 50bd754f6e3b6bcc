"""Becoming a creator, and what a creator says of themselves."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.pages import message_of
from anxin.faces.studio.speakers import choose, chosen_speaker, speaker_facts
from anxin.infra.clock import now
from anxin.infra.media import store_picture
from anxin.kernel.errors import AnxinError
from anxin.market.creators import commands, queries
from anxin.market.creators.commands import NewCreator, Profile
from anxin.market.creators.queries import BIO_LENGTH_MAX, HANDLE_LENGTH_MAX, NAME_LENGTH_MAX, CreatorFacts
from anxin.market.creators.queries.levels import level_standing
from anxin.market.shops.queries import shops_by_id

MYSELF = "me"
FAULT_FIELDS = {
    "creators.handle_taken": "handle",
    "creators.bad_handle": "handle",
    "creators.name_missing": "name",
    "uploads.too_large": "avatar",
    "uploads.not_a_picture": "avatar",
    "uploads.picture_too_big": "avatar",
}
BIO = {"rows": 3, "maxlength": BIO_LENGTH_MAX}


class CreatorForm(forms.Form):
    """What a creator says of themselves; `who` is asked where several could become one."""

    who = forms.ChoiceField(label=gettext_lazy("Who becomes a creator"), required=False)
    name = forms.CharField(label=gettext_lazy("Name that people see"), max_length=NAME_LENGTH_MAX)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=NAME_LENGTH_MAX, required=False)
    handle = forms.CharField(
        label=gettext_lazy("Your handle"),
        max_length=HANDLE_LENGTH_MAX + 1,
        help_text=gettext_lazy("Small letters, digits, dots, dashes; your page is at /@handle."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    avatar = forms.FileField(
        label=gettext_lazy("Picture"),
        required=False,
        help_text=gettext_lazy("JPEG, PNG or WebP, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    bio = forms.CharField(
        label=gettext_lazy("About you"), max_length=BIO_LENGTH_MAX, required=False, widget=forms.Textarea(attrs=BIO)
    )
    bio_en = forms.CharField(
        label=gettext_lazy("About you, in English"),
        max_length=BIO_LENGTH_MAX,
        required=False,
        widget=forms.Textarea(attrs=BIO),
    )

    def __init__(self, *args: Any, who: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if who:
            self.fields["who"].choices = who  # type: ignore[attr-defined]
        else:
            del self.fields["who"]

    def profile(self, kept_avatar: str) -> Profile:
        """Return what was written; the picture that was there stays where none was sent. Raises what a picture raises."""
        file = self.cleaned_data["avatar"]
        words = {name: self.cleaned_data[name] for name in ("handle", "name", "name_en", "bio", "bio_en")}
        return Profile(**words, avatar=store_picture(file.read()) if file else kept_avatar)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("content.create")
def creator(request: HttpRequest) -> HttpResponse:
    """Show and change the profile; somebody who is no creator yet becomes one. `?new=1` makes another of one's shops one."""
    candidates = _candidates(request)
    speaker = None if candidates and "new" in request.GET else chosen_speaker(request)
    form = _form(request, speaker, candidates)
    if request.method == "POST" and form.is_valid():
        try:
            made = _save(request, form, speaker, candidates)
        except AnxinError as refused:
            form.add_error(FAULT_FIELDS.get(refused.code), message_of(refused))
        else:
            choose(request, made)
            messages.success(request, _("Saved.") if speaker else _("Welcome! Show something: a video or a note."))
            return redirect("studio_creator" if speaker else "studio_posts")
    facts: dict[str, Any] = {"form": form, "can_open": bool(candidates), "is_new": speaker is None}
    if speaker is not None:
        found = level_standing(speaker.id, now=now())
        facts |= {**speaker_facts(request, speaker), "standing": found, "picks": queries.picks_count(speaker.id)}
    return render(request, "studio/creator.html", facts, status=422 if form.errors else 200)


def _form(request: HttpRequest, speaker: CreatorFacts | None, candidates: dict[str, str]) -> CreatorForm:
    who = list(candidates.items()) if speaker is None and len(candidates) > 1 else []
    if request.method == "POST":
        return CreatorForm(request.POST, request.FILES, who=who)
    names = ("handle", "name", "name_en", "bio", "bio_en")
    return CreatorForm(initial={name: getattr(speaker, name) for name in names} if speaker else {}, who=who)


def _save(request: HttpRequest, form: CreatorForm, speaker: CreatorFacts | None, candidates: dict[str, str]) -> UUID:
    if speaker is not None:
        commands.change_profile(speaker.id, form.profile(speaker.avatar))
        return speaker.id
    who = form.cleaned_data.get("who") or next(iter(candidates), MYSELF)
    is_me = who == MYSELF
    wanted = NewCreator(
        form.profile(""),
        person_id=person_of(request) if is_me else None,
        shop_id=None if is_me else queries.shop_to_speak_for(actor_of_request(request), UUID(who)),
    )
    return commands.open_creator(wanted, now=now())


def _candidates(request: HttpRequest) -> dict[str, str]:
    """Return who of the reader and their shops is no creator yet, with what they are called."""
    actor = actor_of_request(request)
    mine = queries.creators_of(actor)
    found = {} if any(each.person_id for each in mine) else {MYSELF: _("Myself")}
    taken = {each.shop_id for each in mine}
    shops = shops_by_id([each for each in queries.shops_to_speak_for(actor) if each not in taken])
    chinese = reads_chinese()
    return found | {str(one.id): one.name if chinese else one.name_en or one.name for one in shops.values()}


urlpatterns = [path("creator", creator, name="studio_creator")]
