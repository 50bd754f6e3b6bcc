"""The root of every typed error. A module's errors.py holds a closed set of subclasses."""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, ClassVar


class Kind(Enum):
    """What sort of failure it is; a face turns it into an HTTP status from one table."""

    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class AnxinError(Exception):
    """Something was refused and nothing was changed.

    A subclass with facts is a `@dataclass(eq=False)` (not frozen: Python writes the traceback into a raised error).
    Its fields are the facts, the first line of its docstring is the message (a gettext msgid; `{field}` is filled
    with the fact), `code` is stable for programs.
    """

    code: ClassVar[str] = "anxin.error"
    at_field: ClassVar[str] = ""  # the field of a form, or of what is kept, that a person has to mend
    kind: ClassVar[Kind] = Kind.INVALID

    @classmethod
    def template(cls) -> str:
        """Return the untranslated message with its `{field}` places."""
        return (cls.__doc__ or cls.__name__).strip().splitlines()[0]

    def facts(self) -> dict[str, Any]:
        """Return the fields of the failure by name."""
        if not is_dataclass(self):
            return {}
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __str__(self) -> str:
        return self.template().format_map(self.facts())
