"""Which tables a module's SQL may name, as a function from a source tree to a list of violations."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = re.compile(r"\b(?:from|join|into|update|using|table)\s+(?:only\s+)?([a-z][a-z0-9_]*)", re.IGNORECASE)


def market_layers() -> list[set[str]]:
    """Return the market's modules from the top down, as the import contract stacks them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    market = next(contract for contract in contracts if contract["id"] == "market")
    return [{name.strip() for name in layer.split("|")} for layer in market["layers"]]


def strangers_tables(root: Path) -> list[str]:
    """SQL that names another module's table, or the published view of a module that it may not import."""
    return [
        f"{place}: {table}"
        for place, owner, statement in _statements(root)
        for table in sorted(set(TABLE.findall(statement)))
        if _is_strange(owner, table.lower())
    ]


def _statements(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (place, module or face, text) of named statements and of SQL in migrations."""
    for path in sorted([*root.rglob("sql/*.sql"), *root.rglob("migrations/*.py")]):
        parts = path.relative_to(root).parts
        owner = parts[1] if parts[0] in {"market", "faces"} else parts[0]
        yield path.relative_to(root).as_posix(), owner, path.read_text()


def _is_strange(owner: str, table: str) -> bool:
    layers = market_layers()
    modules = {name for layer in layers for name in layer}
    module = table.partition("_")[0]
    if module not in modules or module == owner:
        return False
    if not table.startswith(f"{module}_public_"):
        return True
    below = {name for layer in layers[_depth(layers, owner) + 1 :] for name in layer}
    return module not in below


def _depth(layers: list[set[str]], owner: str) -> int:
    """Return the layer of `owner`; faces stand above all of them."""
    return next((depth for depth, layer in enumerate(layers) if owner in layer), -1)
