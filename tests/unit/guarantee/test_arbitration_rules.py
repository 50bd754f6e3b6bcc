"""The rules of arbitration are data; a wrong file is refused with file, line and reason."""

import pytest

from anxin.market.guarantee.book import arbitration_at, arbitration_named, arbitrations
from anxin.market.guarantee.domain.arbitration import (
    Favours,
    VerdictKind,
    read_arbitration,
)
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.guarantee.errors.disputes import BadArbitrationRules
from anxin.market.guarantee.rule_files import PACKAGE

FILE = "arbitration-current-2026.toml"
TEXT = (PACKAGE / "rules" / FILE).read_text()


def broken(old: str, new: str) -> BadArbitrationRules:
    assert old in TEXT
    with pytest.raises(BadArbitrationRules) as refused:
        read_arbitration(TEXT.replace(old, new, 1), FILE)
    return refused.value


def test_the_rules_of_the_field_are_loaded_with_their_numbers() -> None:
    rules = arbitration_named("current-2026")
    assert rules.clocks.evidence_hours == 24  # DOMAIN 1.7
    assert rules.clocks.execution_hours == 24  # DOMAIN 1.7
    assert rules.reasons["minor_defect"].refund_cap_bps == 3_000  # article 16
    assert rules.limits.experience_cap_bps == 3_000  # articles 66, 67
    assert rules.limits.experience_cap_minor == 20_000


def test_every_kind_of_verdict_has_a_reason() -> None:
    reasons = arbitrations()["current-2026"].reasons.values()
    for kind in VerdictKind:
        assert any(kind in reason.kinds for reason in reasons if reason.favours is not Favours.BOTH)


def test_everything_that_a_claim_may_show_counts_as_some_evidence() -> None:
    rules = arbitrations()["current-2026"]
    assert [kind for kind in Evidence if rules.kind_of(kind) == "statement"] == []


def test_a_day_before_the_first_rules_is_judged_by_the_first() -> None:
    first = next(iter(arbitrations().values()))
    assert arbitration_at(first.effective_from.replace(year=2000)) is first


def test_burden_of_proof_is_split_as_articles_58_to_60_say() -> None:
    reasons = arbitrations()["current-2026"].reasons
    assert "photo" in reasons["visible_defect"].shows
    assert "photo" not in reasons["hidden_defect"].shows
    assert "report" in reasons["hidden_defect"].shows
    assert reasons["authenticity_unproved"].silent is Party.MERCHANT


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("evidence_hours = 24", "evidence_hours = -24", "clocks.evidence_hours", "above zero"),
        ("evidence_hours = 24", "evidence_hours = '24'", "clocks.evidence_hours", "whole number"),
        ("execution_hours = 24", "execution_days = 1", "clocks.execution_days", "not a word"),
        ('article = "16"', 'article = "99"', "reasons.minor_defect", "article 99"),
        ('article = "16"', "", "reasons.minor_defect", "missing"),
        ("refund_cap_bps = 3_000", "refund_cap_bps = 30_000", "reasons.minor_defect", "between"),
        ("refund_cap_bps = 3_000", "refund_cap = 3_000", "reasons.minor_defect.refund_cap", "not a word"),
        ('kinds = ["full_refund"]', 'kinds = ["a_slap"]', "reasons.unshipped", "a_slap"),
        ('kinds = ["full_refund"]', "kinds = []", "reasons.unshipped", "needs a verdict"),
        ('shows = ["photo", "video"]', 'shows = ["gossip"]', "reasons.minor_defect", "gossip"),
        ('kinds = ["no_support"]', 'kinds = ["full_refund"]', "reasons.buyer_silent", "no_support"),
        ("refund_cap_bps = 3_000", 'refund_cap_bps = "all"', "reasons.minor_defect.refund_cap_bps", "whole number"),
        ('kinds = ["full_refund"]', "kinds = 5", "reasons.unshipped", "not iterable"),
        ('en = "Photograph"', 'en = ""', "evidence.photo", "both languages"),
        ('name = "current-2026"', "name = 2026", "name", "no str"),
    ],
)
def test_a_wrong_file_is_refused_with_file_place_and_reason(old: str, new: str, where: str, why: str) -> None:
    refused = broken(old, new)
    assert refused.file == FILE
    assert refused.where == where
    assert why in refused.why


def test_the_complaint_names_the_line_of_the_wrong_word() -> None:
    text = TEXT.replace("execution_hours = 24", "execution_days = 1", 1)
    line = next(number for number, written in enumerate(text.splitlines(), 1) if written.startswith("execution_days"))
    with pytest.raises(BadArbitrationRules) as refused:
        read_arbitration(text, FILE)
    assert refused.value.line == line


def test_what_is_no_toml_is_refused_too() -> None:
    with pytest.raises(BadArbitrationRules):
        read_arbitration("[reasons", FILE)
