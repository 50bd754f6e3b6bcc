"""The form of a complaint and how its private pictures are kept and shown."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from anxin.faces.review_form import PicturesField, stored
from anxin.faces.service_words import COMPLAINT_KINDS
from anxin.infra import vault
from anxin.infra.uploads import clean_picture
from anxin.market.service.commands.complaints import ComplaintKind, NewComplaint, Subject
from anxin.market.service.queries.complaints import ANSWER_LENGTH_MAX, TEXT_LENGTH_MAX, TEXT_LENGTH_MIN


class ComplaintForm(forms.Form):
    """What happened."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it about"), choices=[(code.value, words) for code, words in COMPLAINT_KINDS.items()]
    )
    text = forms.CharField(
        label=gettext_lazy("What went wrong"),
        min_length=TEXT_LENGTH_MIN,
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    pictures = PicturesField(
        label=gettext_lazy("Pictures"),
        help_text=gettext_lazy("Up to nine. You, the shop and the platform see them, nobody else."),
    )

    def complaint(self, subject: Subject) -> NewComplaint:
        """Return what was written, its pictures cleaned and locked away."""
        facts = self.cleaned_data
        names = stored(facts["pictures"], keep=_lock_away)
        return NewComplaint(subject, ComplaintKind(facts["kind"]), facts["text"], names)


class AnswerForm(forms.Form):
    """What the shop, or the platform, says to a complaint."""

    answer = forms.CharField(
        label=gettext_lazy("What you say"), max_length=ANSWER_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )


def private_jpeg(jpeg: bytes) -> HttpResponse:
    """Answer with a private picture that no cache keeps."""
    answer = HttpResponse(jpeg, content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = "inline"
    return answer


def _lock_away(data: bytes) -> str:
    return vault.keep(clean_picture(data))
