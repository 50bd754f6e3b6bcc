"""People in the back-office: to look things up; changes go through the account pages and the desk."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from anxin.infra.back_office import ReadOnly
from anxin.market.people.models import AccessToken, Address, Audit, Membership, Person

for theirs in (Authenticator, EmailAddress, Group, UserSession):  # would show secrets, or change what has its own pages
    if admin.site.is_registered(theirs):
        admin.site.unregister(theirs)


@admin.register(Person)
class PersonAdmin(ReadOnly):
    """Accounts, the newest first."""

    list_display = ("id", "name", "email", "phone", "is_active", "joined_at", "erased_at")
    list_filter = ("is_active",)
    search_fields = ("name", "email", "phone")
    exclude = ("password",)
    ordering = ("-id",)
    show_full_result_count = False


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    """Who holds which role where."""

    list_display = ("person_id", "org_kind", "org_id", "role", "granted_at", "granted_by")
    list_filter = ("org_kind", "role")


@admin.register(AccessToken)
class AccessTokenAdmin(ReadOnly):
    """Access tokens, without their digest."""

    list_display = ("prefix", "person_id", "name", "scopes", "expires_at", "last_used_at")
    exclude = ("digest",)
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Address)
class AddressAdmin(ReadOnly):
    """Address books."""

    list_display = ("person_id", "region", "is_default", "created_at")
    ordering = ("-created_at",)
    show_full_result_count = False


@admin.register(Audit)
class AuditAdmin(ReadOnly):
    """The audit log, newest first; the desk shows whether its chain is whole."""

    list_display = ("seq", "at", "actor_id", "act", "subject", "detail")
    search_fields = ("act", "subject")
    ordering = ("-seq",)
    show_full_result_count = False
