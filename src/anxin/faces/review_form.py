"""The forms in which people write: stars, words, pictures. Pictures are cleaned before anything is written down."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from anxin.faces.service_words import HIDE_REASONS, STAR_WORDS
from anxin.infra.media import store_picture
from anxin.market.service.commands.reviews import HideReason, NewReview, Stars, Words
from anxin.market.service.queries.reviews import PICTURES_MAX, TEXT_LENGTH_MAX, ReviewFacts

STAR_CHOICES = [(count, words) for count, words in STAR_WORDS.items()]


def _stars(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=STAR_CHOICES, coerce=int, widget=forms.RadioSelect)


class ManyFiles(forms.FileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Several pictures; the cleaned value is the list of uploaded files."""

    def __init__(self, **options: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp", "multiple": True}
        super().__init__(required=False, widget=ManyFiles(attrs=attrs), **options)

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Return what was chosen, nothing where nothing was."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(file, initial) for file in chosen if file]


class WordsForm(forms.Form):
    """A text and pictures."""

    text = forms.CharField(
        label=gettext_lazy("What you think"),
        required=False,
        max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    pictures = PicturesField(
        label=gettext_lazy("Pictures"), help_text=gettext_lazy("Up to nine JPEG, PNG or WebP pictures of 10 MB each.")
    )

    def words(self, kept: Sequence[str] = ()) -> Words:
        """Return the words with new pictures stored behind those that are kept."""
        return Words(self.cleaned_data["text"], (*kept, *stored(self.cleaned_data["pictures"], len(kept))))


class ReviewForm(WordsForm):
    """A review of one line."""

    product = _stars(gettext_lazy("The goods"))
    logistics = _stars(gettext_lazy("The delivery"))
    service = _stars(gettext_lazy("The service"))
    anonymous = forms.BooleanField(label=gettext_lazy("Write anonymously"), required=False)
    field_order = ("product", "logistics", "service", "text", "pictures", "anonymous")

    def review(self, kept: Sequence[str] = ()) -> NewReview:
        """Return what was written."""
        facts = self.cleaned_data
        stars = Stars(facts["product"], facts["logistics"], facts["service"])
        return NewReview(stars, self.words(kept), anonymous=facts["anonymous"])


class ReportForm(forms.Form):
    """Why a review should be looked at."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is unlawful about it"),
        choices=[(code.value, words) for code, words in HIDE_REASONS.items()],
    )
    note = forms.CharField(label=gettext_lazy("Where and why"), required=False, max_length=500)

    def because(self) -> HideReason:
        """Return the reason."""
        return HideReason(self.cleaned_data["reason"])


def initial_of(review: ReviewFacts) -> dict[str, Any]:
    """Return what the form of a written review begins with."""
    return {
        "product": review.stars_product,
        "logistics": review.stars_logistics,
        "service": review.stars_service,
        "text": review.text,
        "anonymous": review.anonymous,
    }


def stored(
    files: "Sequence[UploadedFile[Any]]", already: int = 0, *, keep: Callable[[bytes], str] = store_picture
) -> tuple[str, ...]:
    """Store uploaded pictures and return their keys; beyond the limit only one is looked at, which is refused."""
    return tuple(keep(file.read()) for file in files[: PICTURES_MAX + 1 - already])
