"""The category tree as it is written in `categories/*.toml`, read into plain values."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from anxin.kernel.clock import Instant
from anxin.market.catalog.domain.tree import (
    Attribute,
    AttributeKind,
    CategoryNode,
    Choice,
    Flag,
    Terms,
    settlement_days,
)

FOLDER = Path(__file__).parent / "categories"
ATTRIBUTES = "attributes.toml"
INHERITED = ("service_fee_bps", "after_sale_days", "settlement_days", "flags")


def written_categories(folder: Path = FOLDER) -> tuple[CategoryNode, ...]:
    """Return every category of the files in the order in which they are shown; a leaf inherits its file's terms.

    Raises KeyError or ValueError for a file that names an unknown attribute, flag or kind.
    """
    attributes = _attributes(tomllib.loads((folder / ATTRIBUTES).read_text()))
    files = [tomllib.loads(path.read_text()) for path in folder.glob("*.toml") if path.name != ATTRIBUTES]
    files.sort(key=lambda file: int(file["position"]))
    return tuple(node for file in files for node in _nodes(file, attributes))


def _nodes(file: Mapping[str, Any], attributes: Mapping[str, Attribute]) -> Iterator[CategoryNode]:
    top, moment = str(file["code"]), file["effective_from"]
    yield CategoryNode(top, None, file["name"], file["name_en"], file["icon"], False, _terms(file["terms"], moment, ()))
    for leaf in file["leaves"]:
        schema = (
            *(_with_required(attributes[code], required=True) for code in leaf.get("required", ())),
            *(_with_required(attributes[code], required=False) for code in leaf.get("optional", ())),
        )
        own = {name: leaf[name] for name in INHERITED if name in leaf}
        terms = _terms(file["terms"] | own, leaf.get("effective_from", moment), schema)
        yield CategoryNode(f"{top}-{leaf['code']}", top, leaf["name"], leaf["name_en"], leaf["icon"], True, terms)


def _terms(data: Mapping[str, Any], moment: Instant, schema: tuple[Attribute, ...]) -> Terms:
    days = int(data["after_sale_days"])
    return Terms(
        effective_from=moment,
        service_fee_bps=int(data["service_fee_bps"]),
        after_sale_days=days,
        settlement_days=int(data.get("settlement_days", settlement_days(days))),
        flags=frozenset(Flag(flag) for flag in data["flags"]),
        attributes=schema,
    )


def _attributes(data: Mapping[str, Mapping[str, Any]]) -> dict[str, Attribute]:
    return {
        code: Attribute(
            code=code,
            name=line["name"],
            name_en=line["name_en"],
            kind=AttributeKind(line["kind"]),
            unit=line.get("unit", ""),
            unit_en=line.get("unit_en", line.get("unit", "")),
            choices=tuple(Choice(*choice) for choice in line.get("values", ())),
        )
        for code, line in data.items()
    }


def _with_required(attribute: Attribute, *, required: bool) -> Attribute:
    return Attribute(**{**vars(attribute), "required": required})
