"""`anxin engine evaluate …`: how good the interest engine is on your own tables. Needs no market and no database."""

from pathlib import Path
from typing import Annotated, Any

import typer

from anxin.entry.output import console, print_json

Table = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Places = Annotated[int, typer.Option("--k", min=1, max=1000, help="How many items count as recommended.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
PROTOCOLS = ("strict", "refit")


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    engine = typer.Typer(help="The interest engine.", no_args_is_help=True)
    evaluate = typer.Typer(help="Measure recommendations on a table of your own.", no_args_is_help=True)
    evaluate.command("next-item")(next_item)
    evaluate.command("sessions")(sessions)
    evaluate.command("freshness")(freshness)
    evaluate.command("cold-items")(cold_items)
    evaluate.command("speed")(speed)
    evaluate.command("ranking")(ranking)
    evaluate.command("off-policy")(off_policy)
    evaluate.command("exploration")(exploration)
    evaluate.command("learner")(learner)
    engine.add_typer(evaluate, name="evaluate")
    cli.add_typer(engine, name="engine")


def next_item(
    file: Table,
    protocol: Annotated[str, typer.Option(help=f"What item statistics may see: {', '.join(PROTOCOLS)}.")] = "strict",
    k: Places = 10,
    as_json: AsJson = False,
) -> None:
    """Predict the last item of each line `person item item …`, ranked among all items: HR@k and NDCG@k."""
    if protocol not in PROTOCOLS:
        raise typer.BadParameter(f"choose one of {', '.join(PROTOCOLS)}", param_hint="--protocol")
    from anxin.engine.evaluate.next_item import evaluate_next_item

    _print(evaluate_next_item(file, protocol="refit" if protocol == "refit" else "strict", k=k), as_json=as_json)


def sessions(train: Table, test: Table, k: Places = 20, as_json: AsJson = False) -> None:
    """Predict the target of each line `item item …<TAB>target`, learned from sessions: P@k and MRR@k in percent."""
    from anxin.engine.evaluate.sessions import evaluate_sessions

    _print(evaluate_sessions(train, test, k=k), as_json=as_json)


def freshness(events: Table, as_json: AsJson = False) -> None:
    """Predict late events of a csv or csv.gz `unix_seconds,user,item,behaviour` with statistics and histories that lag."""
    from anxin.engine.evaluate.freshness import evaluate_freshness

    _print(evaluate_freshness(events), as_json=as_json)


def cold_items(people: Table, items: Table, k: Places = 10, as_json: AsJson = False) -> None:
    """Predict events on the newest items, of which nothing was learned, from what they are (ITEMS: JSON lines, oldest first)."""
    from anxin.engine.evaluate.cold_items import evaluate_cold_items

    _print(evaluate_cold_items(people, items, k=k), as_json=as_json)


def speed(
    items: Annotated[int, typer.Option(min=1_000, max=10_000_000, help="How many items there are.")] = 1_000_000,
    as_json: AsJson = False,
) -> None:
    """Time recall, learning and the arrival of a new item on generated items and people, in one thread."""
    from anxin.engine.evaluate.speed import evaluate_speed

    _print(evaluate_speed(items), as_json=as_json)


def ranking(
    events: Table,
    negatives: Annotated[int, typer.Option(min=1, max=50, help="Items drawn beside each one taken.")] = 4,
    as_json: AsJson = False,
) -> None:
    """Judge the rank model online on events `unix_seconds,user,item,behaviour`: AUC, log loss and calibration by head."""
    from anxin.engine.evaluate.ranking import evaluate_ranking

    _print(evaluate_ranking(events, negatives=negatives), as_json=as_json)


def off_policy(
    events: Table,
    logs: Annotated[int, typer.Option(min=2, max=1000, help="How many logs are drawn.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Check the dry run's estimates on logs made from events `unix_seconds,user,item,behaviour`, whose truth is known."""
    from anxin.engine.evaluate.offpolicy import evaluate_off_policy

    _print(evaluate_off_policy(events, logs=logs), as_json=as_json)


def exploration(
    videos: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV with author_id and tag.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=2, max=100, help="How many markets are drawn.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Simulate new items under three policies: how soon they are seen, which are found, what it costs."""
    from anxin.engine.evaluate.exploration import evaluate_exploration

    _print(evaluate_exploration(videos, seeds=seeds), as_json=as_json)


def learner(as_json: AsJson = False) -> None:
    """Measure how fast the rank model learns and scores on one core."""
    from anxin.engine.evaluate.learner import evaluate_learner

    _print(evaluate_learner(), as_json=as_json)


def _print(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(result)
        return
    for key, value in result.items():
        console.print(f"{key:>20}  {value}")
