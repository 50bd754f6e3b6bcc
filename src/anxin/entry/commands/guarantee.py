"""`anxin guarantee …`: what may be asked for an order line, whether the promise files are right, and the proof."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.table import Table

from anxin.entry.output import console, errors, print_json, progress
from anxin.entry.session import market, start_django
from anxin.kernel.clock import SHANGHAI, Instant

if TYPE_CHECKING:
    from anxin.market.guarantee.queries.asking import Answer, LineAnswers
    from anxin.market.guarantee.queries.exploring import ClaimType, Explored

guarantee = typer.Typer(help="The buyer's guarantee: promises, and what they come to.", no_args_is_help=True)
FAILED = 1

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(guarantee, name="guarantee")


@guarantee.command()
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Another folder of promises/ and rules/ than ANXIN_PROMISES says.", exists=True, file_okay=False
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read every file of promises and rules; exit 1 with file, line and reason when one is wrong."""
    from anxin.market.guarantee.errors.promises import BadPromiseFile, NoRuleFolder
    from anxin.market.guarantee.queries.promise_files import check_files

    try:
        found = check_files(folder)
    except (BadPromiseFile, NoRuleFolder) as bad:
        if as_json:
            print_json({"ok": False, **bad.facts()})
        else:
            errors.print(f"✗ {bad}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(FAILED) from bad
    rows: list[dict[str, Any]] = [
        {"promise": one.code, "slot": one.slot, "versions": [f"{v.profile} v{v.version}" for v in one.versions]}
        for one in found
    ]
    if as_json:
        print_json({"ok": True, "promises": rows})
        return
    for row in rows:
        console.print(f"[green]✓[/green] {row['slot']:>2} {row['promise']:<18} {', '.join(row['versions'])}")


@guarantee.command()
def accept(as_json: Json = False) -> None:
    """Take over the edited folder of ANXIN_PROMISES; what runs under `anxin up` is started again to go by it."""
    from anxin.infra.clock import now
    from anxin.market.guarantee.commands.promise_files import accept_files

    done = accept_files(now=now())
    if as_json:
        print_json({"edition": done.edition if done else None, "is_new": bool(done and done.is_new)})
    elif done is None:
        console.print("ANXIN_PROMISES is not set: the market goes by the promises and rules of this version.")
    else:
        console.print(f"[green]✓[/green] set {done.edition} {'is accepted' if done.is_new else 'was accepted before'}")


@guarantee.command()
def ask(
    order_line: Annotated[str, typer.Argument(help="An order line: its id, such as lin_… or a UUID.")],
    at: Annotated[
        datetime | None, typer.Option(help="The moment of the question, in Asia/Shanghai unless it says otherwise.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="Another rule book: article-2021 or current-2026.")] = None,
    as_json: Json = False,
) -> None:
    """Say what may be asked for an order line, until when, and why not the rest."""
    with market():
        from anxin.infra import clock
        from anxin.market.guarantee.queries.asking import answers_of_line
        from anxin.market.guarantee.queries.promises import Profile

        if profile is not None and profile not in list(Profile):
            raise typer.BadParameter(
                f"choose one of {', '.join(str(one.value) for one in Profile)}", param_hint="--profile"
            )
        moment = _moment(at) or clock.now()
        found = answers_of_line(_line_id(order_line), profile=profile, now=moment)
        if as_json:
            print_json(_plain(found, moment))
        else:
            _show(found)


@guarantee.command(name="explore")
def explore_(
    depth: Annotated[
        int | None, typer.Option(help="How many steps from each start; 5 unless it says otherwise.", min=0, max=20)
    ] = None,
    types: Annotated[
        list[str] | None, typer.Option("--type", help="Only this kind of claim, such as exchange; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Search every order of acts of buyer, merchant, platform, carrier, provider, insurer and time; exit 1 on a violation."""
    start_django()
    from anxin.market.guarantee.queries import exploring

    deep = exploring.DEPTH if depth is None else depth
    kinds = _claim_types(types)
    with progress() as bar:
        task = bar.add_task("", total=len(exploring.case_names(kinds)))
        explored = []
        for one in exploring.explore_cases(deep, kinds, begun=lambda name: bar.update(task, description=name)):
            explored.append(one)
            bar.advance(task)
    found = exploring.summary(explored, deep)
    if as_json:
        print_json(found)
    else:
        _show_explored(explored, found)
    if found["violations"]:
        raise typer.Exit(FAILED)


def _claim_types(names: list[str] | None) -> "list[ClaimType]":
    from anxin.market.guarantee.queries.exploring import ClaimType

    known = {one.value: one for one in ClaimType}
    wrong = next((name for name in names or () if name not in known), None)
    if wrong is not None:
        raise typer.BadParameter(f"choose one of {', '.join(known)}", param_hint="--type")
    return [known[name] for name in names] if names else list(ClaimType)


def _show_explored(explored: "list[Explored]", found: dict[str, Any]) -> None:
    table = Table("Case", "States", "Transitions", "Not gone on from", "Violations")
    for one in explored:
        counts = (one.found.states, one.found.transitions, one.found.frontier, len(one.found.violations))
        table.add_row(one.case, *(f"{count:,}" for count in counts))
    console.print(table)
    for name, sentence in found["invariants"].items():
        broken = [violation for violation in found["violations"] if violation["invariant"] == name]
        console.print(f"{'[red]✗[/red]' if broken else '[green]✓[/green]'} {sentence}")
        for violation in broken[:1]:
            console.print("\n".join(f"    {step}" for step in violation["path"]), markup=False)
    console.print(
        f"{found['states']:,} states, {found['transitions']:,} transitions, to a depth of {found['depth']} steps"
    )


def _line_id(text: str) -> UUID:
    from anxin.kernel.ids import parse_public_id

    try:
        return UUID(text)
    except ValueError:
        return parse_public_id("lin", text)


def _moment(at: datetime | None) -> Instant | None:
    return at if at is None or at.tzinfo else at.replace(tzinfo=SHANGHAI)


def _plain(found: "LineAnswers", moment: Instant) -> dict[str, Any]:
    return {
        "line": str(found.line.line_id),
        "at": moment.isoformat(),
        "profile": found.certificate.profile,
        "certificate": found.certificate.hash if found.issued else None,
        "answers": [_answer(one) for one in found.answers],
    }


def _answer(one: "Answer") -> dict[str, Any]:
    from anxin.faces.guarantee_words import promise_name, reason_text

    return {
        "promise": one.promise,
        "name": {"zh": promise_name(one.promise, english=False), "en": promise_name(one.promise, english=True)},
        "version": one.version,
        "available": one.available,
        "since": one.since.isoformat() if one.since else None,
        "until": one.until.isoformat() if one.until else None,
        "reasons": [
            {
                "code": reason.code,
                "zh": reason_text(reason, english=False),
                "en": reason_text(reason, english=True),
                "source": reason.source,
            }
            for reason in one.reasons
        ],
        "claim_types": list(one.claim_types),
        "claim_reasons": {
            reason.code: reason.until.isoformat() if reason.until else None for reason in one.claim_reasons
        },
        "evidence": list(one.evidence),
        "return_freight": one.freight,
        "asking": one.asking,
        "granting": one.granting,
        "source": one.source,
    }


def _show(found: "LineAnswers") -> None:
    from anxin.faces.guarantee_words import promise_name, reason_text

    table = Table("", "Promise", "Until", "Why", "Source")
    for one in found.answers:
        until = one.until.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if one.until else ""
        why = "; ".join(reason_text(reason, english=True) for reason in one.reasons)
        mark = "[green]✓[/green]" if one.available else "[dim]–[/dim]"
        table.add_row(mark, promise_name(one.promise, english=True), until, why, one.source)
    console.print(table)
