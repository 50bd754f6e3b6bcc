"""How a login is checked and how a session finds its person."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import Cast, Concat

from anxin.market.people.domain import Actor
from anxin.market.people.models import Membership, Person
from anxin.market.people.store import grants_of

_HELD = Membership.objects.filter(person=OuterRef("pk")).values(
    held=Concat(F("org_kind"), Value(":"), Cast("org_id", CharField()), Value(":"), F("role"))
)


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's check of email, phone and password; a session's person comes with every role in one statement."""

    def get_user(self, user_id: Any) -> Person | None:
        """Return the active person of a session with `actor` filled in."""
        person = Person.objects.annotate(held=ArraySubquery(_HELD)).filter(pk=user_id, is_active=True).first()
        if person is not None:
            person.actor = Actor(person.pk, grants_of(person.held))
        return person
