"""The forms of the account pages."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.market.people import queries
from anxin.market.people.commands import NewToken
from anxin.market.people.queries import Actor

LIVES_DAYS = (7, 30, 90, 180, 365)
COMMON_ZONES = (
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
ERASE_WORD = pgettext_lazy("typed to confirm", "erase")


class ProfileForm(forms.Form):
    """How somebody is called and how the pages read."""

    name = forms.CharField(label=_("Nickname"), max_length=60, required=False)
    locale = forms.ChoiceField(label=_("Language"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        as_browser = ("", _("As the browser says"))
        zones = sorted({*COMMON_ZONES, *available_timezones()}, key=_common_first)
        self.fields["locale"].choices = [as_browser, *settings.LANGUAGES]  # type: ignore[attr-defined]
        self.fields["zone"].choices = [as_browser, *((zone, zone.replace("_", " ")) for zone in zones)]  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """What a new access token is for, what it reaches and how long it lives."""

    name = forms.CharField(label=_("What is it for?"), max_length=60)
    days = forms.TypedChoiceField(label=_("Works for"), coerce=int, initial=90)
    scopes = forms.MultipleChoiceField(label=_("What it may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["days"].choices = [(days, _("%(days)d days") % {"days": days}) for days in LIVES_DAYS]  # type: ignore[attr-defined]
        self.fields["scopes"].choices = [(scope, SCOPE_LABELS.get(scope, scope)) for scope in areas_of(actor)]  # type: ignore[attr-defined]

    def wanted(self) -> NewToken:
        """Return what was asked for."""
        facts = self.cleaned_data
        return NewToken(facts["name"], tuple(facts["scopes"]), timedelta(days=facts["days"]))


class EraseForm(forms.Form):
    """The word that shows that erasing is meant."""

    word = forms.CharField(label=_("Type “erase” to confirm"), max_length=20)

    def clean_word(self) -> str:
        """Accept the word of the reader's language, in any case."""
        word = str(self.cleaned_data["word"]).strip().lower()
        if word != str(ERASE_WORD):
            raise forms.ValidationError(_("That is not the word."))
        return word


SCOPE_LABELS = {
    "*": _("Everything that I may do"),
    "checkout": _("Place orders for me"),
    "orders": _("Orders: mine as a buyer, my shops' as staff"),
    "account": _("Read and change my profile and addresses"),
    "shop": _("My shops: profile, staff, applications"),
    "products": _("Products of my shops"),
    "stock": _("Stock of my shops"),
    "freight": _("Freight templates of my shops"),
    "money": _("Balances, statements and payouts of my shops"),
    "deposit": _("Deposits of my shops"),
    "claims": _("After-sale requests"),
    "disputes": _("Cases before the platform"),
    "complaints": _("Complaints"),
    "reviews": _("Reviews"),
    "conversations": _("Conversations"),
    "interests": _("What I am interested in"),
    "creators": _("My creator profile and showcase"),
    "content": _("My videos and notes"),
    "desk": _("The desk"),
}


def areas_of(actor: Actor) -> tuple[str, ...]:
    """Return the scopes offered on the page: the areas in which the person may do something; programs know finer ones."""
    mine = {name.partition(".")[0] for name in queries.POLICIES if queries.allows(actor, name)}
    return tuple(scope for scope in queries.scopes_offered() if scope in {"*", *mine})


def _common_first(zone: str) -> tuple[int, str]:
    return (COMMON_ZONES.index(zone) if zone in COMMON_ZONES else len(COMMON_ZONES), zone)
