"""A program that talks to the API, and the people and tokens that it talks for."""

import json
from datetime import timedelta
from typing import Any

from django.test import Client

from anxin.infra.clock import now
from anxin.market.people.models import AccessToken, Person
from anxin.market.people.queries import token_digest


def a_caller(email: str = "lin@example.org") -> Person:
    """Make a person who calls the API."""
    return Person.objects.create(email=email, name="林", joined_at=now())


def a_token(person: Person, *scopes: str, days: int = 1) -> str:
    """Make an access token of `person`, for everything unless scopes are given; already noted as used this hour."""
    token = f"anx_{person.pk.hex}{'.'.join(scopes)}{days}"
    moment = now()
    AccessToken.objects.create(
        person=person,
        name="test",
        prefix=token[:12],
        digest=token_digest(token),
        scopes=list(scopes) or ["*"],
        created_at=moment,
        expires_at=moment + timedelta(days=days),
        last_used_at=moment,
    )
    return token


class ApiClient:
    """Calls the API as a program would: JSON in, JSON out."""

    def __init__(self, token: str | None = None) -> None:
        self._client = Client(raise_request_exception=False)
        self._headers = {"authorization": f"Bearer {token}"} if token else {}

    def send(self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str) -> Any:
        """Send a request below /api/v1; a body that is not text is sent as JSON."""
        sent = {**self._headers, **headers, **({} if key is None else {"idempotency-key": key})}
        text = "" if body is None else body if isinstance(body, str) else json.dumps(body)
        kind = sent.pop("content-type", "application/json")
        return self._client.generic(method, f"/api/v1{path}", text, content_type=kind, headers=sent)
