"""docs/reference, made from the code: `python -m anxin.entry.reference` writes it, `--check` fails when it is stale."""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import typer.main

import anxin
from anxin.entry.session import start_django
from anxin.infra.config import Config
from anxin.kernel.states import StateTable

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"
STALE, FRESH = 1, 0
# where errors, events and states are
DECLARING = ("anxin.kernel", "anxin.engine", "anxin.infra", "anxin.market", "anxin.faces.api")

Row = Sequence[object]


def settings() -> str:
    """Return the page of settings."""
    rows = [(f"`{name}`", f"`{default}`" if default else "", meaning) for name, default, meaning in Config.described()]
    return _page(
        "Settings",
        "Environment variables that every process reads once, at its start.",
        _table(("variable", "default", "meaning"), rows),
    )


def status() -> str:
    """Return the page of HTTP statuses."""
    from anxin.faces.status import STATUS_OF_KIND

    rows = [(f"`{kind.value}`", value.value, value.phrase) for kind, value in STATUS_OF_KIND.items()]
    intro = (
        "Every typed error has a kind, and this table alone turns the kind into an HTTP status. "
        "Errors of the protocol itself carry theirs; see [errors](errors.md)."
    )
    return _page("Status codes", intro, _table(("kind", "status", "phrase"), rows))


def errors() -> str:
    """Return the page of error codes."""
    from anxin.faces.api.docs import error_docs

    rows = [(f"`{error.code}`", error.status, error.message) for error in error_docs()]
    return _page(
        "Error codes",
        "Codes are stable; sentences are translated and may change.",
        _table(("code", "status", "message"), rows),
    )


def events() -> str:
    """Return the page of events and their subscribers."""
    from anxin.infra.outbox import EVENTS, SUBSCRIPTIONS

    rows = [
        (
            f"`{kind}` v{event.version}",
            _sentence(event),
            ", ".join(f"`{f.name}`" for f in fields(event)),
            _names(SUBSCRIPTIONS.get(kind, ())),
        )
        for kind, event in sorted(EVENTS.items())
        if event.__module__.startswith(DECLARING)
    ]
    intro = "Facts written to the outbox in the transaction that made them true, delivered at least once to every subscriber."
    return _page("Events", intro, _table(("event", "what happened", "fields", "subscribers"), rows))


def deadlines() -> str:
    """Return the page of deadlines."""
    from anxin.infra.deadlines import HANDLERS

    rows = [(f"`{kind}`", _sentence(handler), f"`{_home(handler)}`") for kind, handler in sorted(HANDLERS.items())]
    intro = "Promises with a date. When one is due its handler is told once; a late or repeated timer changes nothing."
    return _page("Deadlines", intro, _table(("kind", "what happens when it is due", "handler"), rows))


def endpoints() -> str:
    """Return the page of API operations."""
    from anxin.faces.api.openapi import endpoints as mounted
    from anxin.faces.api.urls import api

    rows = [
        (
            f"`{one.method} /api/v1{one.path}`",
            _first_line(one.operation.description or one.operation.summary),
            f"`{one.policy}`",
            "yes" if one.needs_key else "",
        )
        for one in sorted(mounted(api), key=lambda one: (one.path, one.method))
    ]
    intro = "The whole description, with bodies, is at `/api/v1/openapi.json` and, for people, at `/api/v1/docs`."
    return _page("Endpoints", intro, _table(("operation", "what it does", "policy", "Idempotency-Key"), rows))


def commands() -> str:
    """Return the page of the command line."""
    from anxin.entry.cli import cli

    rows = [(f"`{usage}`", text) for usage, text in _commands(typer.main.get_command(cli), "anxin")]
    intro = (
        "Exit code 0: done; 1: a check failed; 2: wrong usage. "
        "`--json` prints one JSON object on standard output and nothing else there."
    )
    return _page("Command line", intro, _table(("command", "what it does"), rows))


def states() -> str:
    """Return the page of state diagrams."""
    tables = sorted(_state_tables(), key=lambda table: table.aggregate)
    drawings = [f"## {table.aggregate}\n\n```mermaid\n{table.mermaid()}\n```" for table in tables]
    return _page("States", "Drawn from the state tables in the modules' domains.", "\n\n".join(drawings))


def promises() -> str:
    """Return the page of promises: every version of every file, side by side."""
    from anxin.faces.desk.promises import compared
    from anxin.market.guarantee.queries.promises import promises as registry

    parts = []
    for one in registry():
        head = ("", *(f"{version.profile} v{version.version}" for version in one.versions))
        rows = [(row.name, *row.values) for row in compared(one.versions)]
        title = f"## {one.slot}. {one.name_en} ({one.name}, `{one.code}`)"
        parts.append(f"{title}\n\n{one.summary_en}\n\n{_table(head, rows)}")
    intro = (
        "The services of 安心购 as `market/guarantee/promises/*.toml` say them: 1 to 9 are the nine services, the others stand "
        "beside them. A certificate freezes the version in force when the order was placed. Sources as in the field's rule "
        "texts: ART the founding article, DY a published rule of the platform, CHOICE our own default."
    )
    return _page("Promises", intro, "\n\n".join(parts))


def policy() -> str:
    """Return the page of the policy table."""
    from anxin.market.people.queries import policy_page

    return policy_page()


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings,
    "status.md": status,
    "errors.md": errors,
    "events.md": events,
    "deadlines.md": deadlines,
    "endpoints.md": endpoints,
    "cli.md": commands,
    "states.md": states,
    "policy.md": policy,
    "promises.md": promises,
}


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of pages that are not what the code says."""
    return [name for name, text in made() if not (folder / name).exists() or (folder / name).read_text() != text]


def made() -> Iterator[tuple[str, str]]:
    """Yield (file name, text) of every page, in English."""
    from django.utils import translation

    _load_everything()
    with translation.override("en"):
        for name, page in PAGES.items():
            yield name, page()


def write(folder: Path = FOLDER) -> None:
    """Write every page."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made():
        (folder / name).write_text(text)


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with `--check` only say which are stale."""
    start_django()
    if "--check" not in arguments:
        write()
        return FRESH
    found = stale()
    for name in found:
        print(f"docs/reference/{name} is stale: run python -m anxin.entry.reference", file=sys.stderr)
    return STALE if found else FRESH


def _load_everything() -> None:
    """Import what declares something, so that every error, event and state table is known."""
    for _module in _modules():
        pass


def _modules() -> Iterator[ModuleType]:
    for found in walk_packages(anxin.__path__, "anxin."):
        if found.name.startswith(DECLARING) and ".migrations" not in found.name:
            yield import_module(found.name)


def _state_tables() -> Iterator[StateTable[Any]]:
    seen: set[int] = set()
    for module in _modules():
        for value in vars(module).values():
            if isinstance(value, StateTable) and id(value) not in seen:
                seen.add(id(value))
                yield value


def _commands(command: Any, path: str) -> Iterator[tuple[str, str]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        parameters = [_parameter(parameter) for parameter in command.params]
        yield " ".join([path, *(text for text in parameters if text)]), _first_line(command.help or "")
        return
    for name, child in sorted(inner.items()):
        yield from _commands(child, f"{path} {name}")


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return parameter.name.upper() if parameter.required else f"[{parameter.name.upper()}]"
    if parameter.name == "help":
        return ""
    option = parameter.opts[0]
    shown = option if parameter.is_flag else f"{option} {parameter.name.upper()}"
    return shown if parameter.required else f"[{shown}]"


def _page(title: str, intro: str, body: str) -> str:
    return f"# {title}\n\n<!-- Made by `python -m anxin.entry.reference`; do not edit. -->\n\n{intro}\n\n{body}\n"


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _sentence(thing: Any) -> str:
    return _first_line(inspect.getdoc(thing) or "")


def _first_line(text: str) -> str:
    return " ".join(text.strip().partition("\n\n")[0].split())


def _names(subscriptions: Iterable[Any]) -> str:
    return ", ".join(f"`{one.name}`" for one in subscriptions)


def _home(handler: Callable[..., Any]) -> str:
    return f"{handler.__module__.removeprefix('anxin.market.')}.{handler.__name__}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
