"""Everything that the guarantee goes by, read from the texts of its files and seen as a whole. Pure.

Promises may be edited freely: certificates froze their versions. The books beside them are known to old orders, policies and
disputes by name alone, so a book that was in force stays as it was; a change is a new book with a later day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from anxin.market.guarantee.domain.arbitration import Arbitration, read_arbitration
from anxin.market.guarantee.domain.compensation_rules import CompensationRules, read_compensation_rules
from anxin.market.guarantee.domain.insurance_rules import InsuranceRules, read_insurance_rules
from anxin.market.guarantee.domain.locating import line_of
from anxin.market.guarantee.domain.promises import Profile
from anxin.market.guarantee.domain.reading import Registry, read_registry
from anxin.market.guarantee.errors.disputes import BadArbitrationRules
from anxin.market.guarantee.errors.promises import BadPromiseFile

PROMISES, RULES = "promises", "rules"
KINDS = ("insurance", "compensation", "arbitration")


class Named(Protocol):
    """A book: its own name, and the day from which it holds."""

    @property
    def name(self) -> str: ...

    @property
    def effective_from(self) -> date: ...


B = TypeVar("B", bound=Named)


@dataclass(frozen=True)
class RuleSet:
    """The promises and all books beside them; disputes have theirs oldest first."""

    promises: Registry
    insurance: tuple[InsuranceRules, ...]
    compensation: tuple[CompensationRules, ...]
    arbitration: tuple[Arbitration, ...]

    def books(self) -> dict[tuple[str, str], Named]:
        """Return every book by its kind and name."""
        held: tuple[Iterable[Named], ...] = (self.insurance, self.compensation, self.arbitration)
        return {(kind, book.name): book for kind, books in zip(KINDS, held, strict=True) for book in books}


def read_rule_set(texts: Mapping[str, str]) -> RuleSet:
    """Return what files say, by names such as `promises/allergy.toml`. Raises BadPromiseFile with file, line and reason."""
    for name in texts:
        if not name.startswith((f"{PROMISES}/", *(f"{RULES}/{kind}-" for kind in KINDS))):
            raise BadPromiseFile(name, 1, f"a file of rules is called {', '.join(f'{kind}-….toml' for kind in KINDS)}")
    found = RuleSet(
        read_registry({name: text for name, text in texts.items() if name.startswith(f"{PROMISES}/")}),
        tuple(_books(texts, "insurance", read_insurance_rules)),
        tuple(_books(texts, "compensation", read_compensation_rules)),
        tuple(sorted(_books(texts, "arbitration", _arbitration), key=lambda book: book.effective_from)),
    )
    _check_whole(found)
    return found


def refuse_altered(before: RuleSet, after: RuleSet, *, today: date) -> None:
    """Raise BadPromiseFile for a book whose day has come and that is gone or says something else."""
    kept = after.books()
    for (kind, name), book in before.books().items():
        if book.effective_from > today:
            continue
        file = f"{RULES}/{kind}-{name}.toml"
        if (kind, name) not in kept:
            raise BadPromiseFile(file, 1, f"“{name}” is gone, but orders were placed under it")
        if kept[kind, name] != book:
            why = (
                f"“{name}” was in force and may not be altered; a change is a new file with a name and a day of its own"
            )
            raise BadPromiseFile(file, 1, why)


def _books(texts: Mapping[str, str], kind: str, read: Callable[[str, str], B]) -> Sequence[B]:
    """Return the books of a kind. Raises BadPromiseFile, also for a name that another file has."""
    found: dict[str, B] = {}
    for file, text in sorted(texts.items()):
        if file.startswith(f"{RULES}/{kind}-"):
            book = read(file, text)
            if file != f"{RULES}/{kind}-{book.name}.toml":
                raise BadPromiseFile(
                    file, line_of(text, ("name",)), f"the book “{book.name}” needs a file of that name"
                )
            found[book.name] = book
    return list(found.values())


def _arbitration(file: str, text: str) -> Arbitration:
    try:
        return read_arbitration(text, file)
    except BadArbitrationRules as bad:
        raise BadPromiseFile(bad.file, bad.line, f"{bad.where}: {bad.why}") from bad


def _check_whole(found: RuleSet) -> None:
    if not found.promises.promises:
        raise BadPromiseFile(f"{PROMISES}/", 1, "there is no promise")
    if not found.arbitration:
        raise BadPromiseFile(f"{RULES}/", 1, "there are no rules for disputes")
    for kind, books in (("insurance", found.insurance), ("compensation", found.compensation)):
        for profile in Profile:
            if all(book.profile != profile for book in books):
                raise BadPromiseFile(f"{RULES}/", 1, f"there is no {kind} of the profile {profile.value}")
        for book in books:
            if book.profile not in list(Profile):
                raise BadPromiseFile(f"{RULES}/{kind}-{book.name}.toml", 1, f"there is no profile “{book.profile}”")
