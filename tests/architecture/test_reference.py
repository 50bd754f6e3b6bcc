"""docs/reference says what the code says, and what programs rely on is named once and explained."""

import re
from collections import Counter
from dataclasses import fields, is_dataclass
from pathlib import Path
from string import Formatter

from anxin.entry import reference
from anxin.faces.api.docs import subclasses
from anxin.infra.config import Config
from anxin.infra.outbox import EVENTS, SUBSCRIPTIONS
from anxin.kernel.errors import AnxinError
from anxin.market.orders.domain.life import LIFE

CODE = re.compile(r"[a-z]+(\.[a-z][a-z0-9_]*)+")


def test_the_reference_is_fresh() -> None:
    assert reference.stale() == [], "run python -m anxin.entry.reference"


def test_a_stale_or_missing_page_is_seen(tmp_path: Path) -> None:
    reference.write(tmp_path)
    assert reference.stale(tmp_path) == []
    (tmp_path / "events.md").write_text((tmp_path / "events.md").read_text() + "\n")
    (tmp_path / "status.md").unlink()
    assert reference.stale(tmp_path) == ["status.md", "events.md"]


def test_every_error_has_a_code_of_its_own_and_a_sentence() -> None:
    list(reference.made())
    errors = list(subclasses(AnxinError))
    assert [code for code, times in Counter(error.code for error in errors).items() if times > 1] == []
    assert [error.code for error in errors if not CODE.fullmatch(error.code)] == []
    assert [error.code for error in errors if not error.__doc__ or error.template()[-1:] not in ".?!}"] == []


def test_the_sentence_of_an_error_uses_only_its_facts() -> None:
    list(reference.made())
    for error in (error for error in subclasses(AnxinError) if error.facts is AnxinError.facts):
        facts = {field.name for field in fields(error)} if is_dataclass(error) else set()
        used = {name for _, name, _, _ in Formatter().parse(error.template()) if name is not None}
        assert used <= facts, error


def test_every_event_is_explained_and_named_after_its_module() -> None:
    list(reference.made())
    for kind, event in EVENTS.items():
        assert CODE.fullmatch(kind)
        assert event.__doc__
        assert not event.__doc__.startswith(f"{event.__name__}("), f"{kind} has no sentence"
        if event.__module__.startswith("anxin.market."):
            assert kind.partition(".")[0] == event.__module__.split(".")[2]


def test_nobody_listens_to_an_event_that_nobody_sends() -> None:
    list(reference.made())
    assert set(SUBSCRIPTIONS) <= set(EVENTS)


def test_every_setting_is_read_in_one_place_only() -> None:
    source = Path(reference.__file__).parents[1]
    home = source / "infra" / "config.py"
    names = [name for name, _, _ in Config.described() if name.startswith("ANXIN_")]
    readers = [path for path in source.rglob("*.py") if path != home and "environ" in path.read_text()]
    found = [
        (path.name, name)
        for path in readers
        for name in names
        if re.search(rf'environ(?!\["{name}"\] = ).*{name}\b', path.read_text())
    ]
    assert found == []


def test_the_architecture_page_draws_the_life_of_an_order_as_it_is() -> None:
    page = (Path(reference.__file__).parents[3] / "ARCHITECTURE.md").read_text()
    assert f"```mermaid\n{LIFE.mermaid()}\n```" in page


def test_every_document_that_the_maps_point_to_exists() -> None:
    root = Path(reference.__file__).parents[3]
    for page in [root / "ARCHITECTURE.md", root / "CONTRIBUTING.md", *(root / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"
