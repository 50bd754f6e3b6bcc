"""From the words a shop sorts its goods by (type, tags) to the categories of the mall, by a file of rules."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anxin.market.catalog.importing.errors import BadMapping

DEFAULT_MAPPING = Path(__file__).with_name("mapping.toml")
_RULE_KEYS = frozenset({"type", "tag", "category"})


@dataclass(frozen=True)
class Rule:
    """Goods of this type (any when empty) carrying this tag (any when empty) belong to `category`."""

    type: str
    tag: str
    category: str

    def fits(self, type_: str, tags: Collection[str]) -> bool:
        """Say whether the rule speaks about goods of this type and these tags, both in folded case."""
        return (not self.type or self.type == type_) and (not self.tag or self.tag in tags)


@dataclass(frozen=True)
class CategoryMapping:
    """Rules in the order they are tried, and where goods go that none fits."""

    rules: tuple[Rule, ...]
    fallback: str

    def category(self, type_: str, tags: Collection[str]) -> str | None:
        """Return the category of the first rule that fits, None where none does."""
        folded_type = type_.casefold()
        folded_tags = {tag.casefold() for tag in tags}
        return next((rule.category for rule in self.rules if rule.fits(folded_type, folded_tags)), None)

    def check(self, known: Collection[str]) -> None:
        """Raise BadMapping where a rule leads to a category that takes no products."""
        for category in (self.fallback, *(rule.category for rule in self.rules)):
            if category not in known:
                raise BadMapping(f"“{category}” is not a category that takes products.")


def read_mapping(path: Path | None = None) -> CategoryMapping:
    """Read a mapping file; without one, the mapping that comes with Anxin. Raises BadMapping."""
    try:
        return parse_mapping((path or DEFAULT_MAPPING).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadMapping(str(error)) from error


def parse_mapping(text: str) -> CategoryMapping:
    """Return the mapping that a TOML text describes: `fallback` and `[[rule]]` with `type`, `tag`, `category`."""
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadMapping(str(error)) from error
    fallback, rules = read.get("fallback"), read.get("rule", [])
    if not isinstance(fallback, str) or not fallback:
        raise BadMapping("“fallback” is missing.")
    if not isinstance(rules, list):
        raise BadMapping("rules are written as [[rule]].")
    return CategoryMapping(tuple(_rule(each) for each in rules), fallback)


def _rule(read: Mapping[str, Any]) -> Rule:
    if not isinstance(read, dict) or not set(read) <= _RULE_KEYS or not all(isinstance(v, str) for v in read.values()):
        raise BadMapping("a rule holds the texts type, tag and category.")
    rule = Rule(read.get("type", "").casefold(), read.get("tag", "").casefold(), read.get("category", ""))
    if not rule.category or not (rule.type or rule.tag):
        raise BadMapping("a rule needs a category, and a type or a tag.")
    return rule
