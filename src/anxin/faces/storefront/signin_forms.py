"""The forms of signing up and logging in: one field for email or phone, as people know it."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, RequestLoginCodeForm, SignupForm
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.market.people.errors import BadPhone
from anxin.market.people.queries import normal_phone

LOGIN_LENGTH_MAX = 254
CODE_COUNTS_SECONDS = 600


class PhoneField(forms.CharField):
    """A phone number typed in any usual way, cleaned to E.164."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Mobile number"))
        options.setdefault("max_length", 24)
        super().__init__(**options)
        self.widget.attrs.update({"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def clean(self, value: Any) -> str:
        """Return the number as E.164."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return normal_phone(text)
        except BadPhone as error:
            raise ValidationError(message_of(error)) from error


def login_field() -> forms.CharField:
    """Return the field for an email address or a mobile number."""
    field = forms.CharField(label=_("Mobile number or email"), max_length=LOGIN_LENGTH_MAX)
    field.widget.attrs.update({"autocomplete": "username", "autofocus": True})
    return field


def normal_login(login: str) -> dict[str, str]:
    """Return `{"email": …}` or `{"phone": …}` for what was typed. Raises ValidationError."""
    text = login.strip()
    if "@" in text:
        validate_email(text)
        return {"email": text.lower()}
    return {"phone": PhoneField().clean(text)}


class LogIn(LoginForm):  # type: ignore[misc]
    """Log in with an email address or a mobile number, and a password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"] = login_field()
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        """Return the login in one form, so that failures count for one account however it is typed."""
        (login,) = normal_login(self.cleaned_data["login"]).values()
        return login


class LoginCode(RequestLoginCodeForm):  # type: ignore[misc]
    """Ask for a code that logs in without a password."""

    login = login_field()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for hidden in ("email", "phone"):
            self.fields[hidden].required = False
            self.fields[hidden].widget = forms.HiddenInput()
        self.order_fields(["login", "email", "phone"])

    def clean_login(self) -> str:
        """Pass what was typed on to the field that allauth looks at."""
        typed = {"email": "", "phone": "", **normal_login(self.cleaned_data["login"])}
        self.data: Any = {**self.data.dict(), **typed}
        return next(filter(None, typed.values()))


class SignUp(SignupForm):  # type: ignore[misc]
    """Sign up with an email address or a mobile number, and a password."""

    login = login_field()
    field_order = ("login", "password1")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for hidden in ("email", "phone"):
            self.fields[hidden].required = False
            self.fields[hidden].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Read the login as an email address or a phone number, and check it as allauth would."""
        self.cleaned_data.update(email="", phone="")
        if login := self.cleaned_data.get("login"):
            try:
                self._read(login)
            except ValidationError as error:
                self.add_error("login", error)
        return super().clean()  # type: ignore[no-any-return]

    def _read(self, login: str) -> None:
        self.cleaned_data.update(normal_login(login))
        if email := self.cleaned_data["email"]:
            self.cleaned_data["email"] = self.validate_unique_email(get_adapter().clean_email(email))


class NewPassword(ChangePasswordForm):  # type: ignore[misc]
    """Choose a new password: with the old one, or right after a login by code, for whoever forgot it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if came_by_code(context.request):
            del self.fields["oldpassword"]


def came_by_code(request: HttpRequest) -> bool:
    """Say whether this session began with a code a few minutes ago."""
    records: list[dict[str, Any]] = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if not records or records[-1]["method"] != "code":
        return False
    age_seconds: float = now().timestamp() - records[-1]["at"]
    return age_seconds < CODE_COUNTS_SECONDS
