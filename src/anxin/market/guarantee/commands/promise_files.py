"""Taking over the operator's own files of promises and rules; needs neither Django nor a database."""

from anxin.infra.config import config
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.guarantee import book, rule_files
from anxin.market.guarantee.rule_files import Accepted

__all__ = ["Accepted", "accept_files"]


def accept_files(*, now: Instant) -> Accepted | None:
    """Look at the operator's own folder as a whole and go by it from the next start of a process on; None without one.

    Raises NoRuleFolder, BadPromiseFile: then what was accepted before stays.
    """
    own = book.source()
    return rule_files.accept(own, config().home_path, today=shanghai_day(now)) if own else None
