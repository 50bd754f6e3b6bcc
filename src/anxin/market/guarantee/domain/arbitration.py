"""The rules an arbitrator is bound by (争议处理规则), as versioned data: `rules/arbitration-*.toml`.

Reasons name the article they rest on, the verdicts they carry, their caps, and who must have shown what (articles 58 to 60).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from anxin.kernel.money import BPS
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.errors.disputes import BadArbitrationRules


class VerdictKind(StrEnum):
    """What the platform can decide (DOMAIN 1.8)."""

    FULL_REFUND = "full_refund"  # 仅退款
    PARTIAL_REFUND = "partial_refund"  # 部分退款
    RETURN_REFUND = "return_refund"  # 退货退款
    RESHIP = "reship"  # 补寄
    EXCHANGE = "exchange"  # 换货
    REPAIR = "repair"  # 维修
    COMPENSATION = "compensation"  # 补偿
    NO_SUPPORT = "no_support"  # 不支持


class Favours(StrEnum):
    """Whose side a reason takes."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    BOTH = "both"  # only what the two agree on themselves


class When(StrEnum):
    """What must be true of the goods for a reason to hold."""

    UNSHIPPED = "unshipped"
    SHIPPED = "shipped"
    FRESH = "fresh"


@dataclass(frozen=True)
class Words:
    """A text of the rules in the two languages they are kept in."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text for a language code such as `zh-hans`."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Clocks:
    """How long each side and the platform may take, in hours."""

    negotiation_hours: int
    fresh_negotiation_hours: int
    evidence_hours: int
    deciding_hours: int
    fresh_deciding_hours: int
    execution_hours: int


@dataclass(frozen=True)
class Limits:
    """Amounts in minor units, rates in basis points, and the number of pieces of evidence from one side."""

    second_signature_minor: int
    experience_cap_bps: int
    experience_cap_minor: int
    pieces_max: int


@dataclass(frozen=True)
class EvidenceKind:
    """Something that can be shown; `covers` are the kinds under which after-sale evidence is filed."""

    words: Words
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """Why a verdict may be given: its article, verdict kinds, caps and burden of proof."""

    code: str
    words: Words
    article: str
    favours: Favours
    kinds: tuple[VerdictKind, ...]
    shows: tuple[str, ...] = ()
    silent: Party | None = None
    when: tuple[When, ...] = ()
    freight: Party = Party.MERCHANT
    refund_cap_bps: int = BPS
    damages_bps: int = 0
    damages_floor_minor: int = 0


@dataclass(frozen=True)
class Arbitration:
    """All rules of disputes as they hold from one day on."""

    name: str
    effective_from: date
    source: str
    clocks: Clocks
    limits: Limits
    evidence: Mapping[str, EvidenceKind]
    articles: Mapping[str, Words]
    reasons: Mapping[str, Reason]

    def kind_of(self, filed_as: str) -> str:
        """Return the kind of evidence that something filed as `filed_as` counts as; a statement when nothing fits."""
        if filed_as in self.evidence:
            return filed_as
        return next((kind for kind, known in self.evidence.items() if filed_as in known.covers), "statement")


def read_arbitration(text: str, file: str) -> Arbitration:
    """Read rules from TOML and check that they hang together. Raises BadArbitrationRules with file, line and reason."""
    try:
        return _Reader(text, file, tomllib.loads(text)).read()
    except tomllib.TOMLDecodeError as broken:
        raise BadArbitrationRules(file, getattr(broken, "lineno", 1), "TOML", str(broken)) from broken


class _Reader:
    """Reads one file; every complaint names the line of the word it is about."""

    def __init__(self, text: str, file: str, data: Mapping[str, Any]) -> None:
        self.text, self.file, self.data = text, file, data

    def read(self) -> Arbitration:
        self._only("rules", self.data, Arbitration)
        evidence = {name: self._evidence(name, kind) for name, kind in self._table("evidence").items()}
        articles = {name: self._words(f"articles.{name}", words) for name, words in self._table("articles").items()}
        reasons = {code: self._reason(code, reason) for code, reason in self._table("reasons").items()}
        for reason in reasons.values():
            self._check(reason, evidence, articles)
        return Arbitration(
            name=self._get("name", str),
            effective_from=self._get("effective_from", date),
            source=self._get("source", str),
            clocks=self._numbers("clocks", Clocks),
            limits=self._numbers("limits", Limits),
            evidence=evidence,
            articles=articles,
            reasons=reasons,
        )

    def _reason(self, code: str, data: Mapping[str, Any]) -> Reason:
        where = f"reasons.{code}"
        known = {*Reason.__dataclass_fields__, "zh", "en"} - {"code", "words"}
        self._known(where, data, known)
        for name in ("refund_cap_bps", "damages_bps", "damages_floor_minor"):
            if type(data.get(name, 0)) is not int:
                raise self._bad(f"{where}.{name}", "must be a whole number")
        try:
            return Reason(
                code=code,
                words=self._words(where, {name: data[name] for name in ("zh", "en")}),
                article=data["article"],
                favours=Favours(data["favours"]),
                kinds=tuple(VerdictKind(kind) for kind in data["kinds"]),
                shows=tuple(data.get("shows", ())),
                silent=Party(data["silent"]) if "silent" in data else None,
                when=tuple(When(when) for when in data.get("when", ())),
                freight=Party(data.get("freight", Party.MERCHANT)),
                refund_cap_bps=data.get("refund_cap_bps", BPS),
                damages_bps=data.get("damages_bps", 0),
                damages_floor_minor=data.get("damages_floor_minor", 0),
            )
        except KeyError as missing:
            raise self._bad(where, f"{missing} is missing") from missing
        except (TypeError, ValueError) as unknown:
            raise self._bad(where, str(unknown)) from unknown

    def _check(self, reason: Reason, evidence: Mapping[str, object], articles: Mapping[str, object]) -> None:
        where = f"reasons.{reason.code}"
        if reason.article not in articles:
            raise self._bad(where, f"article {reason.article} is not in this file")
        if not reason.kinds:
            raise self._bad(where, "a reason needs a verdict")
        for kind in reason.shows:
            if kind not in evidence:
                raise self._bad(where, f"there is no evidence called {kind}")
        if (VerdictKind.NO_SUPPORT in reason.kinds) != (reason.favours is Favours.MERCHANT):
            raise self._bad(where, "no_support is for the merchant's side, and only that")
        if not 0 < reason.refund_cap_bps <= BPS:
            raise self._bad(where, "refund_cap_bps must be between 1 and 10000")
        if reason.damages_bps < 0 or reason.damages_floor_minor < 0:
            raise self._bad(where, "damages must not be negative")

    def _evidence(self, name: str, data: Mapping[str, Any]) -> EvidenceKind:
        where = f"evidence.{name}"
        self._known(where, data, {"zh", "en", "covers"})
        words = self._words(where, {key: data[key] for key in ("zh", "en") if key in data})
        return EvidenceKind(words, tuple(data.get("covers", ())))

    def _words(self, where: str, data: Mapping[str, Any]) -> Words:
        self._only(where, data, Words)
        if not (data.get("zh") and data.get("en")):
            raise self._bad(where, "needs words in both languages")
        return Words(data["zh"], data["en"])

    def _numbers(self, where: str, wanted: Any) -> Any:
        data = self._table(where)
        self._only(where, data, wanted)
        for name in wanted.__dataclass_fields__:
            if not isinstance(data.get(name), int) or data[name] <= 0:
                raise self._bad(f"{where}.{name}", "must be a whole number above zero")
        return wanted(**data)

    def _table(self, name: str) -> Mapping[str, Any]:
        table: Mapping[str, Any] = self._get(name, dict)
        return table

    def _get(self, name: str, kind: type) -> Any:
        if not isinstance(self.data.get(name), kind):
            raise self._bad(name, f"is missing or no {kind.__name__}")
        return self.data[name]

    def _only(self, where: str, data: Mapping[str, Any], wanted: Any) -> None:
        self._known(where, data, set(wanted.__dataclass_fields__))

    def _known(self, where: str, data: Mapping[str, Any], known: set[str]) -> None:
        if not isinstance(data, dict):
            raise self._bad(where, "a table is expected")
        for name in data:
            if name not in known:
                raise self._bad(f"{where}.{name}", "is not a word of these rules")

    def _bad(self, where: str, why: str) -> BadArbitrationRules:
        return BadArbitrationRules(self.file, self._line(where), where, why)

    def _line(self, where: str) -> int:
        """Return the line of the last name of `where`, looked for below the heading of its table."""
        lines, begin = self.text.splitlines(), 0
        table, _, last = where.rpartition(".")
        for number, line in enumerate(lines, 1):
            if line.startswith((f"[{where}]", f"[{table}]")) and table:
                begin = number
            name = line.partition("=")[0].strip()
            if number >= begin and (line.startswith(f"[{where}]") or (name == last and bool(begin) == bool(table))):
                return number
        return begin or 1
