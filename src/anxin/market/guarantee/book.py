"""What this process goes by: promises and rules, read once as a whole and kept until it ends."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.kernel.clock import shanghai_day
from anxin.market.guarantee import rule_files
from anxin.market.guarantee.domain.arbitration import Arbitration
from anxin.market.guarantee.domain.compensation_rules import CompensationRules
from anxin.market.guarantee.domain.insurance_rules import InsuranceRules, book_at, book_named
from anxin.market.guarantee.domain.promises import Profile
from anxin.market.guarantee.domain.reading import Registry
from anxin.market.guarantee.domain.rule_set import RuleSet


@cache
def profile() -> Profile:
    """Return the rule book that this market goes by (setting ANXIN_RULE_PROFILE). Raises ValueError for another word."""
    return Profile(config().rule_profile)


def source() -> Path | None:
    """Return the operator's own folder (setting ANXIN_PROMISES), or None."""
    return Path(config().promises).expanduser().absolute() if config().promises else None


def in_force() -> Path:
    """Return the folder to read: the accepted copy of the operator's own, accepted now if none ever was; else the package's.

    Raises NoRuleFolder, BadPromiseFile.
    """
    own, home = source(), config().home_path
    if own is None:
        return rule_files.PACKAGE
    held = rule_files.accepted(home)
    return (
        held
        if held is not None
        else home / rule_files.PLACE / rule_files.accept(own, home, today=shanghai_day(now())).edition
    )


@cache
def rule_set() -> RuleSet:
    """Return everything, read at the first call. Raises NoRuleFolder, BadPromiseFile."""
    return rule_files.read_files(in_force())


def registry() -> Registry:
    """Return the promises."""
    return rule_set().promises


def insurance_rules_at(profile: str, day: date) -> InsuranceRules:
    """Return the rules of a profile that hold on a day; a day before its first book is judged by the first."""
    return book_at(rule_set().insurance, profile, day)


def insurance_rules_named(name: str) -> InsuranceRules:
    """Return the book a policy was written under. Raises KeyError."""
    return book_named(rule_set().insurance, name)


def compensation_rules_at(profile: str, day: date) -> CompensationRules:
    """Return the rules of a profile that hold on a day; a day before its first book is judged by the first."""
    return book_at(rule_set().compensation, profile, day)


def compensation_rules_named(name: str) -> CompensationRules:
    """Return the book an order was promised under. Raises KeyError."""
    return book_named(rule_set().compensation, name)


def arbitration_at(day: date) -> Arbitration:
    """Return the rules of disputes that hold on a day; a day before the first are judged by the first."""
    books = list(arbitrations().values())
    held = [rules for rules in books if rules.effective_from <= day]
    return held[-1] if held else books[0]


def arbitration_named(name: str) -> Arbitration:
    """Return the rules a dispute was opened under. Raises KeyError."""
    return arbitrations()[name]


def arbitrations() -> Mapping[str, Arbitration]:
    """Return all rules of disputes by name, oldest first."""
    return {rules.name: rules for rules in rule_set().arbitration}
