"""How allauth talks to our people: phones, messages, secrets. Codes go out through the messenger, outside any transaction."""

import base64
import hashlib
from typing import Any, Protocol
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.stages import EmailVerificationStage
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from anxin.faces.storefront.signin_forms import PhoneField
from anxin.infra import clock
from anxin.infra.config import config
from anxin.infra.secrets import secret
from anxin.market.people.commands import Channel, Message, messenger
from anxin.market.people.queries import actor_of, allows, masked_phone


class Account(Protocol):
    """What allauth hands us: a person as Django's authentication knows one."""

    email: str
    phone: str
    phone_verified: bool
    name: str

    def save(self) -> None:
        """Write the row."""


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts found by email or phone; mail and text messages go through the messenger."""

    def new_user(self, request: HttpRequest) -> Account:  # noqa: ARG002
        """Return an account that joins now."""
        return get_user_model()(joined_at=clock.now())

    def save_user(self, request: HttpRequest, user: Account, form: forms.Form, commit: bool = True) -> Account:
        """Save the account of a sign-up; a phone is set before, because an account without any login cannot be saved."""
        user.phone = form.cleaned_data.get("phone") or ""
        user.name = form.cleaned_data.get("name", "")
        return super().save_user(request, user, form, commit=commit)  # type: ignore[no-any-return]

    def get_login_stages(self) -> list[str]:
        """Return allauth's stages; who has only a verified phone is not asked for an email."""
        ours = f"{__name__}.EmailStage"
        theirs = "allauth.account.stages.EmailVerificationStage"
        return [ours if stage == theirs else stage for stage in super().get_login_stages()]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody begins who did not come from anywhere: the desk, the studio, or the mall."""
        actor = actor_of(UUID(str(request.user.pk)))  # the request began without them
        if allows(actor, "desk.home"):
            return reverse("desk_home")
        return reverse("studio_home") if actor.shops() else str(super().get_login_redirect_url(request))

    def phone_form_field(self, **options: Any) -> PhoneField:
        """Return the field in which a phone number is typed."""
        return PhoneField(**options)

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        """Return the phone of an account and whether it is verified."""
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        """Give an account a phone number."""
        user.phone, user.phone_verified = phone, verified
        user.save()

    def set_phone_verified(self, user: Account, phone: str) -> None:
        """Note that somebody proved to hold the number: it is now this account's number."""
        self.set_phone(user, phone, verified=True)

    def get_user_by_phone(self, phone: str) -> Account | None:
        """Return the account with a phone number."""
        return get_user_model().objects.filter(phone=phone).first()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Count failures by account: allauth's key mixes all phones into one and trusts the Host header."""
        return str(credentials.get("email") or credentials.get("phone") or "").lower()

    def send_verification_code_sms(self, user: Account, phone: str, code: str, **_more: Any) -> None:  # noqa: ARG002
        """Text a code."""
        self._text(phone, _("Your Anxin code is {code}. Tell nobody, not even us.").format(code=code))

    def send_unknown_account_sms(self, phone: str, **_more: Any) -> None:
        """Tell a number that asked for a code that it has no account."""
        self._text(phone, _("Somebody wanted to log in with this number, but it has no account at Anxin."))

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell a number that wanted to sign up that it has an account."""
        self._text(phone, _("This number already has an account at Anxin. Log in instead of signing up."))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render allauth's mail and hand it to the messenger."""
        facts = {"request": self.request, "email": email, "site_name": _("Anxin"), **context}
        facts.setdefault("current_site", {"name": facts["site_name"], "domain": self.request.get_host()})
        mail = self.render_mail(template_prefix, email, facts)
        message = Message(Channel.EMAIL, email, mail.subject, str(mail.body))
        messenger(config()).send(message, now=clock.now())

    def _text(self, phone: str, body: str) -> None:
        messenger(config()).send(Message(Channel.SMS, phone, "", body), now=clock.now())


class EmailStage(EmailVerificationStage):  # type: ignore[misc]
    """Asks for a verified email, except where a verified phone is the only login."""

    def handle(self) -> Any:
        """Let those with a phone and no email pass."""
        person = self.login.user
        if person is not None and not person.email and person.phone_verified:
            return None, True
        return super().handle()


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted, with a key that is not in the database."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for storage."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a stored secret back."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Account) -> str:
        """Return what an authenticator app calls the account."""
        return user.email or masked_phone(user.phone)


def _box() -> Fernet:
    key = hashlib.sha256(secret(config().home_path, "factors.key").encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
