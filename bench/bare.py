"""The bare side of a comparison: statements the product really sends, replayed by pgbench on the same server."""

import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from anxin.infra.postgres.binaries import program
from anxin.infra.postgres.server import embedded_url

UUID_TEXT = r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])"  # as driver or JSON write it
IDENTITY = re.compile(UUID_TEXT)
LITERAL = re.compile(r"( E)?'((?:[^']|'')*)'")
ARRAY = re.compile(rf"\{{{UUID_TEXT}(?:,{UUID_TEXT})*\}}")
COLON = re.compile(r":(?=[A-Za-z_])")  # what pgbench takes for one of its variables
COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)  # an apostrophe in one would be taken for the beginning of a literal
COMMIT = "COMMIT"
SKIPPED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "SET ")


def statements_of(call: Callable[[], object], *, with_commits: bool = False) -> list[str]:
    """Run `call` and return the SQL it sent, values written in, transaction control left out but for commits, if wanted."""
    with CaptureQueriesContext(connection) as captured:
        call()
    skipped = SKIPPED if with_commits else (*SKIPPED, COMMIT)
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(skipped)]


def script_of(
    statements: Sequence[str],
    known: set[str],
    fresh_texts: Sequence[str] = (),
    *,
    first: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
) -> str:
    """Return the statements as a pgbench transaction (several, where they have commits) that may run again and again.

    Ids that are not `known` (those the call made) become ids made of a random number of each run, the same one where
    the same id stood; `fresh_texts` are unique texts, such as an idempotency key, that are renewed too. `first` are lines
    that set pgbench variables, and `variables` name those that stand for an id.
    """
    renewal = _Renewal(known, {one: f"(:{name})::text" for one, name in (variables or {}).items()})
    lines = ["\\set r random(1, 9000000000000000000)", *first, "begin;"]
    for statement in statements:
        if statement == COMMIT:
            lines += ["commit;", "begin;"]
            continue
        text = LITERAL.sub(renewal.literal, COMMENT.sub("", statement))
        for number, unique in enumerate(fresh_texts):
            text = text.replace(f"'{unique}'", f"((:r)::text || '-key{number}')")
        lines.append(text.strip() + ";")
    return "\n".join([*lines, "commit;"]) + "\n"


@dataclass
class _Renewal:
    """Which ids stay, and what stands for the others: by id, an SQL expression of type text."""

    known: set[str]
    fresh: dict[str, str]

    def literal(self, found: re.Match[str]) -> str:
        """Write a literal with its ids renewed: an id, an array of ids, or a text (such as JSON) with ids in it."""
        mark, text = found.group(1) or "", found.group(2)
        if IDENTITY.fullmatch(text):
            return f"{self._anew(text)}::uuid"
        if ARRAY.fullmatch(text):
            return f"array[{', '.join(f'{self._anew(one)}::uuid' for one in text[1:-1].split(','))}]"
        if not (IDENTITY.search(text) or COLON.search(text)):
            return found.group()
        apart = COLON.sub(f":' ||{mark or ' '}'", text)  # so that pgbench sees no variable of its own in it
        pieces = IDENTITY.sub(lambda one: self._joined(one.group(), mark), apart)
        return f"({mark}'{pieces}')"

    def _joined(self, identity: str, mark: str) -> str:
        """Write an id inside a text: as it stands, or as a new one that the text is joined of."""
        if identity.replace("-", "") in self.known:
            return identity
        return f"' || {self._anew(identity)} ||{mark or ' '}'"

    def _anew(self, identity: str) -> str:
        plain = identity.replace("-", "")
        if plain in self.known:
            return f"'{plain}'"
        return self.fresh.setdefault(plain, f"md5((:r)::text || '-{len(self.fresh)}')")


def pgbench(home: Path, scripts: Sequence[str], *, seconds: int, clients: int) -> float:
    """Run the transactions, chosen at random, and return how many were committed a second."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, script in enumerate(scripts):
            path = Path(folder) / f"{number}.sql"
            path.write_text(script)
            files += ["-f", str(path)]
        url = embedded_url(home)
        command = [
            str(program("pgbench")),
            "-n",
            "-M",
            "prepared",
            "-c",
            str(clients),
            "-j",
            "2",
            "-T",
            str(seconds),
            *files,
            url,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None or done.returncode:
        raise RuntimeError(done.stdout[-500:] + done.stderr[:3000])
    return float(found.group(1))
