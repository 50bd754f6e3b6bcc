"""Staff of a shop: members, invitations, and the page behind an invitation's link."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anxin.faces.access import STUDIO_SHOP, operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.shop_words import ROLE_HINTS, ROLES
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.shops.commands import staff as commands
from anxin.market.shops.queries import staff as queries
from anxin.market.shops.queries.staff import ROLES_TO_INVITE, Role

MEMBER_PREFIX = "per"
INVITATION_PREFIX = "inv"


class InviteForm(forms.Form):
    """A role, and for whom the link is meant."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    note = forms.CharField(label=gettext_lazy("For whom"), max_length=60, required=False)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        choices = [(role.value, f"{ROLES[role]} — {ROLE_HINTS[role]}") for role in ROLES_TO_INVITE]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.staff")
def staff(request: HttpRequest) -> HttpResponse:
    """Show who works for the shop; on POST make an invitation and show its link, once."""
    shop_id = request.shop_id  # type: ignore[attr-defined]
    form = InviteForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            role, note = Role(form.cleaned_data["role"]), form.cleaned_data["note"]
            invited = commands.invite(shop_id, role, note=note, invited_by=person_of(request), now=now())
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            link = request.build_absolute_uri(reverse("studio_invitation", args=[invited.token]))
            form = InviteForm()
    facts = {
        "form": form,
        "link": link,
        "members": [(one, ROLES[one.role]) for one in queries.members(shop_id)],
        "invitations": [(one, ROLES[one.role]) for one in queries.open_invitations(shop_id, now=now())],
    }
    return render(request, "studio/staff.html", facts, status=422 if form.errors else 200)


@require_POST
@operation("shop.staff")
def remove_member(request: HttpRequest, person: str, role: str) -> HttpResponse:
    """Take a role from somebody."""
    known = {one.value: one for one in Role}
    if role not in known:
        return redirect("studio_staff")
    person_id = parse_public_id(MEMBER_PREFIX, person)
    try:
        commands.remove_member(request.shop_id, person_id, known[role], removed_by=person_of(request), now=now())  # type: ignore[attr-defined]
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("The role is taken back."))
    return redirect("studio_staff")


@require_POST
@operation("shop.staff")
def revoke_invitation(request: HttpRequest, invitation: str) -> HttpResponse:
    """Make a link useless."""
    invitation_id = parse_public_id(INVITATION_PREFIX, invitation)
    commands.revoke_invitation(request.shop_id, invitation_id, now=now())  # type: ignore[attr-defined]
    messages.success(request, _("The invitation is taken back."))
    return redirect("studio_staff")


@never_cache
@require_http_methods(["GET", "POST"])
@operation("account.manage")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link invites to; on POST accept it and enter the studio."""
    found = queries.invitation(token, now=now())
    if request.method == "POST":
        shop_id = commands.accept(token, person_id=person_of(request), now=now())
        request.session[STUDIO_SHOP] = str(shop_id)
        messages.success(request, _("Welcome to the shop."))
        return redirect("/studio/")
    return render(request, "studio/invitation.html", {"invitation": found, "role": ROLES[found.role]})


urlpatterns = [
    path("staff", staff, name="studio_staff"),
    path("staff/<str:person>/<str:role>/remove", remove_member, name="studio_staff_remove"),
    path("invitations/<str:invitation>/revoke", revoke_invitation, name="studio_invitation_revoke"),
    path("invitations/<str:token>", invitation, name="studio_invitation"),
]
