"""Logins that are open on devices, and the devices that vouch for a person: rows that allauth and Django keep for us."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session


def end_all(person_id: UUID) -> None:
    """Log a person out everywhere."""
    open_sessions = UserSession.objects.filter(user_id=person_id)
    Session.objects.filter(session_key__in=list(open_sessions.values_list("session_key", flat=True))).delete()
    open_sessions.delete()


def forget_authenticators(person_id: UUID) -> None:
    """Remove passkeys, authenticator apps and recovery codes."""
    Authenticator.objects.filter(user_id=person_id).delete()
