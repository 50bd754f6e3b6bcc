"""The account pages (我的): home, profile, security, tokens, and what we hold about a person. Logging in is allauth's."""

from dataclasses import asdict

from allauth.mfa.models import Authenticator
from allauth.urls import urlpatterns as allauth_urls
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import actor_of_request, confirmed, guarded, operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.storefront import account_forms as forms
from anxin.faces.storefront.held import archive
from anxin.faces.storefront.kept import counts_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.people import commands, queries

ALLAUTH = {
    "account_login": "session.start",
    "account_logout": "session.end",
    "account_inactive": "session.start",
    "account_signup": "session.start",
    "account_reauthenticate": "account.security",
    "account_email": "account.security",
    "account_email_verification_sent": "session.start",
    "account_change_password": "account.security",
    "account_set_password": "account.security",
    "account_reset_password": "session.start",
    "account_confirm_password_reset_code": "session.start",
    "account_complete_password_reset": "session.start",
    "account_password_reset_completed": "session.start",
    "account_request_login_code": "session.start",
    "account_confirm_login_code": "session.start",
    "account_verify_phone": "session.start",
    "account_change_phone": "account.security",
    "mfa_activate_totp": "account.security",
    "mfa_deactivate_totp": "account.security",
    "mfa_view_recovery_codes": "account.security",
    "mfa_generate_recovery_codes": "account.security",
    "mfa_download_recovery_codes": "account.security",
    "mfa_list_webauthn": "account.security",
    "mfa_add_webauthn": "account.security",
    "mfa_edit_webauthn": "account.security",
    "mfa_remove_webauthn": "account.security",
    "mfa_reauthenticate_webauthn": "account.security",
    "mfa_login_webauthn": "session.start",
    "mfa_authenticate": "session.start",
    "mfa_reauthenticate": "account.security",
}


@require_GET
@operation("account.read")
def home(request: HttpRequest) -> HttpResponse:
    """Show who I am and lead to everything that is mine."""
    person = queries.person(person_of(request))
    is_operator = queries.allows(actor_of_request(request), "desk.home")
    facts = {"person": person, "is_operator": is_operator, "counts": counts_of(person.id)}
    return render(request, "account/home.html", facts)


@require_http_methods(["GET", "POST"])
@operation("account.manage")
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change name, language and time zone."""
    person = queries.person(person_of(request))
    form = forms.ProfileForm(request.POST or None, initial=asdict(person))
    if request.method == "POST" and form.is_valid():
        wanted = commands.Preferences(form.cleaned_data["locale"], form.cleaned_data["zone"])
        commands.rename(person.id, form.cleaned_data["name"], now=now())
        commands.set_preferences(person.id, wanted, now=now())
        messages.success(request, _("Saved."))
        return redirect("account_profile")
    return render(request, "account/profile.html", {"form": form, "person": person})


@require_GET
@operation("account.security")
def security(request: HttpRequest) -> HttpResponse:
    """Show every way into this account and lead to changing it."""
    person = queries.person(person_of(request))
    kinds = list(Authenticator.objects.filter(user_id=person.id).values_list("type", flat=True))
    facts = {
        "person": person,
        "has_totp": Authenticator.Type.TOTP in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "sessions": UserSession.objects.filter(user_id=person.id).count(),
        "tokens": len(queries.tokens_of(person.id)),
        "has_password": person.has_password,
    }
    return render(request, "account/security.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("account.security")
@confirmed
def tokens(request: HttpRequest) -> HttpResponse:
    """List access tokens and make one; its text is shown in this answer only."""
    actor = actor_of_request(request)
    form, made = forms.TokenForm(actor, request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.make_token(person_of(request), form.wanted(), now=now())
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            form = forms.TokenForm(actor)
    facts = {"form": form, "made": made, "tokens": queries.tokens_of(person_of(request))}
    return render(request, "account/tokens.html", facts)


@require_POST
@operation("account.security")
def revoke_token(request: HttpRequest, token: str) -> HttpResponse:
    """Make a token useless."""
    commands.revoke_token(person_of(request), parse_public_id("tok", token), now=now())
    messages.success(request, _("The token no longer works."))
    return redirect("account_tokens")


@require_GET
@operation("account.security")
def data(request: HttpRequest) -> HttpResponse:
    """Explain what is held about me, with the ways to take it along and to have it forgotten."""
    return render(
        request, "account/data.html", {"form": forms.EraseForm(), "person": queries.person(person_of(request))}
    )


@require_POST
@operation("account.security")
@confirmed
def export(request: HttpRequest) -> FileResponse:
    """Hand out everything held about me as one archive: a JSON file, with pictures and videos beside it."""
    answer = FileResponse(archive(person_of(request)), as_attachment=True, filename="anxin-my-data.zip")
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@operation("account.security")
@confirmed
def erase(request: HttpRequest) -> HttpResponse:
    """Forget me and log me out; orders stay without my name."""
    form = forms.EraseForm(request.POST)
    if form.is_valid():
        try:
            commands.erase(person_of(request), now=now())
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            logout(request)
            messages.success(request, _("Your account is erased."))
            return HttpResponseRedirect("/")
    return render(
        request, "account/data.html", {"form": form, "person": queries.person(person_of(request))}, status=422
    )


urlpatterns: list[URLPattern | URLResolver] = [
    path("account", home, name="account"),
    path("account/profile", profile, name="account_profile"),
    path("account/security", security, name="account_security"),
    path("account/tokens", tokens, name="account_tokens"),
    path("account/tokens/<str:token>/revoke", revoke_token, name="account_token_revoke"),
    path("account/data", data, name="account_data"),
    path("account/data/export", export, name="account_export"),
    path("account/data/erase", erase, name="account_erase"),
    path("account/2fa/", security, name="mfa_index"),
    path("account/", include(guarded(allauth_urls, ALLAUTH))),
]
