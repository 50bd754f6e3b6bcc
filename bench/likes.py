"""A hot video: likes of one post, of many, and of one whose counter is stepped in the same transaction.

What `like_post` sends is replayed by pgbench over many connections, each time by somebody else; meanwhile a process folds the
counters. A like that waits for another of the same post shows as a ratio far below one: the stepped counter shows how far.
"""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from bench.bare import pgbench, statements_of
from bench.live import ROOT, quiet_market

PEOPLE = 400_000  # so many that hardly anybody is drawn twice in a run
POSTS = 1_000
SECONDS = 5
CLIENTS = 16
ROUNDS = 3
NAMES = {"people_person": "md5('person' || {})::uuid", "content_post": "md5('post' || {})::uuid"}
STEPPED = """insert into infra_tally (subject, kind, count) values (:post, 'stepped', 1)
    on conflict (subject, kind) do update set count = infra_tally.count + 1;"""
GROW = """insert into {table} select (jsonb_populate_record(one, {others} || jsonb_build_object('id', {name}))).*
    from {table} as one, generate_series(1, %s) as n where one.id = %s"""
FOLD = "import django; django.setup(); from anxin.infra.tallies import fold_batch\nwhile True: fold_batch()"


def likes(
    people: int = PEOPLE, posts: int = POSTS, seconds: int = SECONDS, clients: int = CLIENTS, rounds: int = ROUNDS
) -> dict[str, Any]:
    """Return likes a second of one post, of many and of one with a counter in place, and how many counts are wrong."""
    rates: dict[str, list[float]] = {"hot": [], "spread": [], "stepped": []}
    with quiet_market() as home:
        statements = _likes_of_many(people, posts)
        hot = iter(range(1, posts + 1))
        with _folding():
            for _ in range(rounds):
                for name, found in rates.items():
                    post = f"random(1, {posts})" if name == "spread" else str(next(hot))
                    script = _script(statements, people, post, is_stepped=name == "stepped")
                    found.append(pgbench(home, [script], seconds=seconds, clients=clients))
        wrong = _wrong_counts()
    mean = {name: sum(found) / rounds for name, found in rates.items()}
    return {
        "clients": clients,
        **{f"{name}_per_s": round(rate) for name, rate in mean.items()},
        "ratio": round(mean["hot"] / mean["spread"], 2),
        "ratio_stepped": round(mean["stepped"] / mean["spread"], 2),
        "wrong_counts": wrong,
    }


def _likes_of_many(people: int, posts: int) -> Sequence[str]:
    """Make people and public posts; return what a like sends, with :person and :post in it."""
    from tests.builders.content import a_public_post
    from tests.builders.creators import a_creator
    from tests.builders.people import a_person

    from anxin.infra.clock import now
    from anxin.market.content.commands.reactions import like_post

    post, person = a_public_post(a_creator(now=now()), now=now()), a_person(now=now())
    _grow("people_person", person, people, "jsonb_build_object('email', n || '@example.org')")
    _grow("content_post", post, posts, "'{}'")
    statements = statements_of(lambda: like_post(post, person_id=person, now=now()))
    return [_named(_named(one, post, ":post"), person, ":person") for one in statements]


def _grow(table: str, like: UUID, count: int, others: str) -> None:
    """Add rows that are like one but for their ids and `others`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(GROW.format(table=table, others=others, name=NAMES[table].format("n")), [count, like])
        cursor.execute(f"analyze {table}")


def _named(statement: str, found: UUID, name: str) -> str:
    return re.sub(rf"'(?:{found}|{found.hex})'", name, statement)


def _script(statements: Sequence[str], people: int, post: str, *, is_stepped: bool) -> str:
    """Return likes of drawn people as a pgbench transaction; `post` is a number, or how to draw one."""
    names = {":person": NAMES["people_person"].format(":p"), ":post": NAMES["content_post"].format(":q")}
    lines = [f"\\set p random(1, {people})", f"\\set q {post}", "begin;", *(f"{one.strip()};" for one in statements)]
    text = "\n".join([*lines, *([STEPPED] if is_stepped else []), "commit;"])
    for name, drawn in names.items():
        text = text.replace(name, f"({drawn})")
    return text + "\n"


@contextmanager
def _folding() -> Iterator[None]:
    """Fold counters without rest, in a process of its own."""
    process = subprocess.Popen([sys.executable, "-c", FOLD], cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _wrong_counts() -> int:
    """Return of how many posts the counter and the likes differ."""
    from anxin.market.content.store import SQL

    return int((SQL.one("wrong_counts") or {})["wrong"])
