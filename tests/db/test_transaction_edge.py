"""The transaction edge: a conflict is tried again, and one that never ends is a typed refusal that changed nothing."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from tests.builders.orders import NOW

from anxin.faces.pages import PageErrors
from anxin.infra.models import OutboxEvent
from anxin.infra.outbox import EVENTS, event, publish
from anxin.infra.tx import TRIES, Busy, transactional

pytestmark = pytest.mark.django_db


@event("edge.tried", version=1)
class Tried:
    number: int


del EVENTS["edge.tried"]  # known to this file only


@transactional
def attempt(codes: Iterator[str]) -> int:
    """Write something, then fail with the next error code of PostgreSQL; return how many rows there are once none is left."""
    publish(Tried(1), now=NOW)
    code = next(codes, "")
    if code:
        with connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '{code}'; END $$")
    return OutboxEvent.objects.filter(kind="edge.tried").count()


@pytest.mark.parametrize("code", ["serialization_failure", "deadlock_detected"])
def test_a_conflict_is_tried_again_and_done_once(code: str) -> None:
    assert attempt(iter([code] * (TRIES - 1))) == 1


@pytest.mark.parametrize("code", ["serialization_failure", "deadlock_detected"])
def test_who_loses_every_time_is_told_so_and_nothing_is_left(code: str) -> None:
    codes = iter([code] * (TRIES + 1))
    with pytest.raises(Busy):
        attempt(codes)
    assert list(codes) == [code]  # tried so often and no more
    assert not OutboxEvent.objects.filter(kind="edge.tried").exists()


def test_any_other_trouble_is_not_tried_again() -> None:
    codes = iter(["query_canceled", "query_canceled"])
    with pytest.raises(OperationalError):
        attempt(codes)
    assert list(codes) == ["query_canceled"]


def test_a_page_says_when_to_come_back() -> None:
    request = Client().get("/").wsgi_request
    answer = PageErrors(lambda _: HttpResponse()).process_exception(request, Busy())
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
