"""Everything that the house holds about one person, gathered from the modules into one archive."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.core.serializers.json import DjangoJSONEncoder

from anxin.infra import vault
from anxin.kernel.page import Page
from anxin.market.content.queries import personal as content
from anxin.market.creators.queries import personal as creators
from anxin.market.guarantee.queries import personal as guarantee
from anxin.market.interest import queries as interest
from anxin.market.orders import queries as orders
from anxin.market.people import queries as people
from anxin.market.service.queries import complaints, conversations, reviews


def bought_by(person_id: UUID) -> dict[str, Any]:
    """Return a person's cart and every order."""
    return {
        "cart": orders.held_in_cart(person_id),
        "orders": _every(lambda cursor: orders.orders_of(person_id, cursor=cursor, limit=100)),
    }


def said_by(person_id: UUID) -> dict[str, list[Any]]:
    """Return every review and complaint of a person, and what they said of others' reviews."""
    return {
        **reviews.said_of_reviews(person_id),
        "reviews": _every(lambda cursor: reviews.reviews_of_person(person_id, cursor=cursor, limit=100)),
        "complaints": _every(lambda cursor: complaints.complaints_of(person_id, cursor=cursor, limit=100)),
    }


def _every(page_from: Callable[[str | None], Page[Any]]) -> list[Any]:
    page = page_from(None)
    found = list(page.items)
    while page.next_cursor:
        page = page_from(page.next_cursor)
        found.extend(page.items)
    return found


HOLDERS: dict[str, Callable[[UUID], Any]] = {
    "people": people.held_about,
    "orders": bought_by,
    "guarantee": guarantee.held_about,
    "conversations": conversations.held_about,
    "voice": said_by,
    "creators": creators.held_about,
    "content": content.held_about,
    "interest": interest.held_about,
}
"""Who holds something, by module."""

FILES: tuple[Callable[[UUID], Iterator[tuple[str, str]]], ...] = (
    guarantee.files_of,
    conversations.files_of,
    complaints.files_of,
)
"""Who holds private files: names in the archive with those in the vault."""

IN_MEMORY_MAX = 8 * 1024 * 1024


def archive(person_id: UUID) -> IO[bytes]:
    """Return a ZIP of `data.json` and every private file of a person; large ones are on disk while they are read."""
    growing = SpooledTemporaryFile(max_size=IN_MEMORY_MAX)  # noqa: SIM115 - whoever sends it closes it
    with ZipFile(growing, "w", ZIP_STORED) as kept:
        text = json.dumps(held_about(person_id), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        kept.writestr("data.json", text, ZIP_DEFLATED)
        for held in FILES:
            for name, private in held(person_id):
                with suppress(vault.NotInVault):
                    kept.write(vault.located(private), name)
    growing.seek(0)
    return growing


def held_about(person_id: UUID) -> dict[str, Any]:
    """Return what each module holds, ready for JSON."""
    return {module: _plain(held(person_id)) for module, held in HOLDERS.items()}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
