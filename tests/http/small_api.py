"""A small API with one operation of each sort, to test the frame without the market. Used as ROOT_URLCONF."""

from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import include, path
from ninja import Query, Router
from pydantic import Field

from anxin.faces.access import operation
from anxin.faces.api.app import make_api
from anxin.faces.api.docs import docs_patterns
from anxin.faces.api.fields import AmountMinor, Answer, Body, OrderId, PageAnswer, PageQuery, reply
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.infra.outbox import EVENTS, event, publish
from anxin.infra.tx import transactional
from anxin.kernel.ids import new_id
from anxin.kernel.states import LostRace

router = Router()


class NoteIn(Body):
    text: str = Field(max_length=20)
    amount_minor: AmountMinor
    tags: list[str] = Field(default=[], max_length=3)


class NoteOut(Answer):
    id: OrderId
    text: str
    writes: int


@transactional
def lose_to_another() -> None:
    """Be chosen by PostgreSQL as the victim of a conflict, every time."""
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = 'serialization_failure'; END $$")


@event("small.noted", version=1)
class Noted:
    text: str


del EVENTS["small.noted"]  # known to this file only


@router.get("/notes", response=PageAnswer[NoteOut])
@operation("account.read")
def list_notes(request: HttpRequest, page: Query[PageQuery]) -> Any:
    return {"items": [], "next_cursor": page.cursor}


@router.get("/notes/{note_id}", response=NoteOut)
@operation("market.status")
def read_note(request: HttpRequest, note_id: OrderId) -> Any:
    return NoteOut(id=note_id, text="读", writes=0)


@router.post("/notes", response={201: NoteOut})
@operation("account.manage")
@idempotent
def write_note(request: HttpRequest, note: NoteIn) -> Any:
    """Write a row; the text decides what goes wrong after it."""
    publish(Noted(note.text), now=now())
    if note.text == "race":
        raise LostRace("note")
    if note.text == "conflict":
        lose_to_another()
    if note.text == "crash":
        raise ZeroDivisionError
    if note.text == "huge":
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::smallint", [99_999])
    return reply(NoteOut(id=new_id(), text=note.text, writes=1), status=201)


@router.patch("/notes/{note_id}", response=NoteOut)
@operation("account.manage")
def change_note(request: HttpRequest, note_id: OrderId, note: NoteIn) -> Any:
    return {"id": note_id, "text": note.text, "writes": 0}


api = make_api([("", router, "Notes")], namespace="api")
urlpatterns = [path("api/v1/", include(([*docs_patterns(api), *api.patterns()], "api")))]
