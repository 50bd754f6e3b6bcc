"""Browsers without scripts in which somebody is logged in."""

from uuid import UUID

from django.test import Client

from anxin.market.people.models import Person


def the_browser_of(person_id: UUID) -> Client:
    """Return a browser of this person."""
    client = Client()
    client.force_login(Person.objects.get(pk=person_id), backend="anxin.market.people.backend.PeopleBackend")
    return client
