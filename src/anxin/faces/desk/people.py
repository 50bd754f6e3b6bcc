"""People on the desk: look one up, close an account, give and take roles of the platform, read the audit log."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.people import commands, queries
from anxin.market.people.queries import PLATFORM_ID, ROLES_OF, Grant, OrgKind, Role

PREFIX = "per"

ROLE_LABELS = {
    Role.OWNER: gettext_lazy("Owner"),
    Role.MANAGER: gettext_lazy("Manager"),
    Role.SERVICE_AGENT: gettext_lazy("Service agent"),
    Role.SHOP_FINANCE: gettext_lazy("Shop finance"),
    Role.AGENT: gettext_lazy("Agent"),
    Role.REVIEWER: gettext_lazy("Reviewer"),
    Role.ARBITRATOR: gettext_lazy("Arbitrator"),
    Role.INSPECTOR: gettext_lazy("Inspector"),
    Role.FINANCE: gettext_lazy("Platform finance"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
}


class SearchForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(label=gettext_lazy("Email, mobile number, part of a name"), required=False, max_length=254)


class RoleForm(forms.Form):
    """Which role of the platform to give."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[(role.value, ROLE_LABELS[role]) for role in ROLES_OF[OrgKind.PLATFORM]],
    )


class ClosingForm(forms.Form):
    """Why an account is closed or opened again."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@require_GET
@operation("desk.people.read")
def people(request: HttpRequest) -> HttpResponse:
    """List people, newest first, or those who were looked for."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    page = queries.find_people(text, cursor=request.GET.get("cursor"), limit=50)
    return render(request, "desk/people.html", {"form": form, "page": page, "q": text})


@require_GET
@operation("desk.people.read")
def person(request: HttpRequest, person: str) -> HttpResponse:
    """Show one person with roles and acts; the look is logged."""
    facts = queries.person(parse_public_id(PREFIX, person))
    commands.record_act("people.look", f"person:{facts.id}", {}, actor_id=person_of(request), now=now())
    roles = [(held, ROLE_LABELS[held.role]) for held in queries.roles_of(facts.id)]
    context = {
        "person": facts,
        "roles": roles,
        "acts": queries.acts_about(f"person:{facts.id}", limit=50),
        "role_form": RoleForm(),
        "closing_form": ClosingForm(),
        "may_change": queries.allows(actor_of_request(request), "desk.people.roles"),
    }
    return render(request, "desk/person.html", context)


@require_POST
@operation("desk.people.roles")
def grant(request: HttpRequest, person: str) -> HttpResponse:
    """Give a person a role of the platform."""
    person_id, form = parse_public_id(PREFIX, person), RoleForm(request.POST)
    if form.is_valid():
        commands.grant_role(person_id, _grant(form.cleaned_data["role"]), granted_by=person_of(request), now=now())
        messages.success(request, _("The role is given."))
    return _back(person_id)


@require_POST
@operation("desk.people.roles")
def revoke(request: HttpRequest, person: str) -> HttpResponse:
    """Take a role of the platform from a person."""
    person_id, form = parse_public_id(PREFIX, person), RoleForm(request.POST)
    if form.is_valid():
        try:
            commands.revoke_role(person_id, _grant(form.cleaned_data["role"]), revoked_by=person_of(request), now=now())
        except AnxinError as error:
            messages.error(request, message_of(error))
        else:
            messages.success(request, _("The role is taken back."))
    return _back(person_id)


@require_POST
@operation("desk.people.roles")
def close(request: HttpRequest, person: str) -> HttpResponse:
    """Close an account, or open it again, for a reason that the audit log keeps."""
    facts, form = queries.person(parse_public_id(PREFIX, person)), ClosingForm(request.POST)
    if form.is_valid() and facts.erased_at is None:
        reason, opens = form.cleaned_data["reason"], not facts.is_active
        commands.set_active(facts.id, opens, reason, actor_id=person_of(request), now=now())
        messages.success(request, _("The account is open again.") if opens else _("The account is closed."))
    return _back(facts.id)


@require_GET
@operation("desk.audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    """Read the audit log, newest first, and say whether its chain is whole."""
    page = queries.acts(cursor=request.GET.get("cursor"), limit=50)
    names = queries.names_of([act.actor_id for act in page.items if act.actor_id])
    rows = page.map(lambda act: (act, names.get(act.actor_id, "") if act.actor_id else ""))
    return render(request, "desk/audit.html", {"page": rows, "broken": queries.broken_acts()})


def _grant(role: str) -> Grant:
    return Grant(OrgKind.PLATFORM, PLATFORM_ID, Role(role))


def _back(person_id: UUID) -> HttpResponse:
    return redirect("desk_person", public_id(PREFIX, person_id))


urlpatterns = [
    path("people", people, name="desk_people"),
    path("people/<str:person>", person, name="desk_person"),
    path("people/<str:person>/grant", grant, name="desk_person_grant"),
    path("people/<str:person>/revoke", revoke, name="desk_person_revoke"),
    path("people/<str:person>/close", close, name="desk_person_close"),
    path("audit", audit, name="desk_audit"),
]
