"""Rows of creators. Lock order: the creator, then picks."""

from uuid import UUID

from anxin.infra.sql import Statements
from anxin.infra.words import Vector
from anxin.market.creators.domain.profiles import CreatorState
from anxin.market.creators.errors import UnknownCreator
from anxin.market.creators.models import Creator

SQL = Statements(__name__)


def locked_creator(creator_id: UUID) -> Creator:
    """Return an open creator with the row locked. Raises UnknownCreator."""
    found = Creator.objects.select_for_update().filter(pk=creator_id, state=CreatorState.OPEN).first()
    if found is None:
        raise UnknownCreator
    return found


def index(row: Creator) -> None:
    """Write by which words a creator is found: handle and names first, then what they say of themselves."""
    vector = Vector()
    vector.add_code(row.handle)
    for part in (row.name, row.name_en, row.handle.replace(".", " ").replace("_", " ").replace("-", " ")):
        vector.add_text(part, "A", letters=True)
    vector.add_text(row.bio, "C")
    vector.add_text(row.bio_en, "C")
    english = vector.english
    SQL.run("creator_words", id=row.id, literal=vector.literal(), english_a=english["A"], english_c=english["C"])
