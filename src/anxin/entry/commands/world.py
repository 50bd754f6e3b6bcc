"""`anxin world …`: a simulated market, to compare ways of ranking before people meet them, and to use a real one."""

import os
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from anxin.entry.output import console, print_json, progress
from anxin.entry.session import market

SEEDS_MAX = 1_000
SHOWN = (
    "quality_gmv", "gmv", "refund_rate", "complaint_rate", "hours_to_100_impressions", "exposure_gini", "creator_survival",
    "interest_recovery", "requests_per_s",
)  # fmt: skip


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    world = typer.Typer(help="A simulated market.", no_args_is_help=True)
    world.callback()(_group)
    world.command("compare")(compare)
    world.command("live")(live)
    cli.add_typer(world, name="world")


def _group() -> None:
    """A simulated market."""


def compare(
    policies: Annotated[str, typer.Option(help="Names, divided by commas.")] = "random,popular,gmv,quality",
    days: Annotated[int, typer.Option(min=1, max=90, help="Days under each policy.")] = 14,
    seeds: Annotated[
        str, typer.Option(help="How many markets are drawn, or the first and last of them: 3, 11-14.")
    ] = "3",
    people: Annotated[int, typer.Option(min=50, max=200_000)] = 600,
    items: Annotated[
        int, typer.Option(min=200, max=200_000, help="Items at the start; one in a hundred more a day.")
    ] = 1_200,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Let policies rank in the same simulated markets: quality GMV, refunds, complaints, newcomers' chances, with intervals.

    ANXIN_DATA may name a folder with interest/kuairand-profiles, whose marginals are then used.
    """
    from anxin.world.market.compare import Plan
    from anxin.world.market.compare import compare as run
    from anxin.world.market.truth import Size

    data = os.environ.get("ANXIN_DATA")
    drawn = _seeds(seeds)
    plan = Plan(_names(policies), Size(people, items, days), len(drawn), drawn[0], data=Path(data) if data else None)
    with progress() as bar:
        task = bar.add_task("simulated days", total=plan.ticks)
        result = run(plan, lambda: bar.advance(task))
    if as_json:
        print_json(result)
        return
    _print(result)


def live(
    days: Annotated[int, typer.Option(min=1, max=30, help="Days that end now.")] = 3,
    people: Annotated[int, typer.Option(min=1, max=10_000, help="Buyers with an address, at most.")] = 60,
    items: Annotated[int, typer.Option(min=10, max=10_000, help="Posts with goods, at most.")] = 400,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Let simulated people use this very market: open its feed, watch, like, order, receive, send back, complain.

    They are the market's own buyers, and everything they do stays in it: for a market to try things out, with the sandbox bank.
    Exit 1 when `anxin doctor` finds something afterwards.
    """
    from anxin.world.market.marginals import marginals_in

    data = os.environ.get("ANXIN_DATA")
    with market():
        from anxin.infra import clock
        from anxin.world.live.play import play
        from anxin.world.live.stage import assemble, truth_about
        from anxin.world.market.terms import Terms

        now = clock.now()
        stage = assemble(people, items, now=now)
        with progress() as bar:
            task = bar.add_task("simulated hours", total=days * 24)
            marginals = marginals_in(Path(data) if data else None)
            truth = truth_about(stage, days, Terms(), marginals, seed)
            result = play(stage, truth, lambda: bar.advance(task), now=now)
    if as_json:
        print_json(result)
    else:
        for name, value in result.items():
            console.print(f"{name:>22}  {value}")
    raise typer.Exit(1 if result["doctor"] else 0)


def _seeds(given: str) -> range:
    """Return the seeds of a count (from 1 on) or of a span such as 11-14."""
    found = re.fullmatch(r"(?:(\d{1,9})-)?(\d{1,9})", given.strip())
    drawn = range(int(found[1] or 1), int(found[2]) + 1) if found else range(0)
    if not 0 < len(drawn) <= SEEDS_MAX:
        raise typer.BadParameter(f"{given!r} is neither a number up to {SEEDS_MAX} nor a span", param_hint="--seeds")
    return drawn


def _names(given: str) -> list[str]:
    from anxin.world.market.platform import POLICIES

    names = [name.strip() for name in given.split(",")]
    for name in names:
        if name not in POLICIES:
            raise typer.BadParameter(f"{name!r} is not one of {', '.join(POLICIES)}", param_hint="--policies")
    if len(set(names)) < len(names):
        raise typer.BadParameter("each policy once", param_hint="--policies")
    return names


def _print(result: dict[str, Any]) -> None:
    for row in result["policies"]:
        console.rule(row["policy"])
        for name in SHOWN:
            console.print(f"{name:>26}  {row[name]}  {row[f'{name}_interval'] or ''}")
    for row in result["paired"]:
        ratio = f"{row['quality_gmv']} {row['quality_gmv_interval'] or ''}"
        console.print(f"quality GMV of {row['policy']} over {row['against']}: {ratio}")
    console.print(f"{result['n']} markets, {result['requests_per_s']} requests/s, {result['seconds']} s")
