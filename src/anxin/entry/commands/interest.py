"""`anxin interest …`: what people did with what they were shown, as files."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from anxin.entry.output import console, print_json, progress
from anxin.entry.session import market

interest = typer.Typer(help="What people do with what they are shown.", no_args_is_help=True)
DAYS_MAX = 400


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.add_typer(interest, name="interest")


@interest.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Where the files go.", file_okay=False)],
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day, of UTC.")
    ] = None,
    last: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Write the events of whole days as Parquet, a file a day; without dates, of yesterday."""
    from anxin.infra.clock import now

    yesterday = now().astimezone(UTC).date() - timedelta(days=1)
    begins = first.date() if first else (last.date() if last else yesterday)
    ends = last.date() if last else max(begins, yesterday)
    days = (ends - begins).days + 1
    if not 0 < days <= DAYS_MAX:
        raise typer.BadParameter(f"from {begins} to {ends} is not 1 to {DAYS_MAX} days")
    with market():
        from anxin.market.interest.queries import export_day

        wanted = [begins + timedelta(days=number) for number in range(days)]
        with progress() as bar:
            done = [export_day(day, folder) for day in bar.track(wanted, description="Writing days")]
    if as_json:
        print_json({"days": [{"day": str(one.day), "file": str(one.file), "events": one.events} for one in done]})
        return
    for one in done:
        console.print(f"[green]✓[/green] {one.file}  {one.events:,} events", highlight=False)


@interest.command()
def model(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """List the versions of the rank model, oldest first, and say which of them are whole."""
    with market():
        from anxin.market.interest.queries.versions import models

        found = models()
    versions = [
        {**asdict(one), "taken_at": one.taken_at.isoformat(), "soundness": one.soundness.value}
        for one in reversed(found.versions)
    ]
    if as_json:
        print_json(
            {
                "serving": asdict(found.serving) if found.serving else None,
                "problem": found.problem,
                "versions": versions,
            }
        )
        return
    if found.problem or not versions:
        console.print(found.problem or "nothing was saved yet", highlight=False)
    for one in versions:
        console.print(
            f"{one['position']:>12,}  {one['taken_at']}  {one['impressions']:,} impressions  {one['soundness']}",
            highlight=False,
        )


@interest.command()
def rollback(
    version: Annotated[int, typer.Argument(help="A position that `anxin interest model` lists.")],
    reason: Annotated[str, typer.Option(help="Why; the audit log keeps it.")],
) -> None:
    """Have the learner take the rank model back to a version; servers follow without a restart."""
    with market():
        from anxin.infra.clock import now
        from anxin.market.interest.commands.tuning import roll_back

        roll_back(version, reason, by=None, now=now())
    console.print("[green]✓[/green] the learner takes the model back within seconds", highlight=False)
