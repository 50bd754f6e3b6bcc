"""What must always be true of the files of promises and rules: what the operator wrote can be accepted."""

from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.infra.doctor import Broken, check
from anxin.kernel.clock import shanghai_day
from anxin.kernel.errors import AnxinError
from anxin.market.guarantee import book, rule_files


@check("guarantee.promise_files")
def promise_files() -> str:
    """The operator's own folder is right; while it is not, the market goes by the set that was accepted last."""
    own = book.source()
    if own is None:
        return f"{len(book.registry().promises)} promises of this version"
    held = rule_files.accepted(config().home_path)
    name = held.name if held else ""
    try:
        texts = rule_files.look(own, config().home_path, today=shanghai_day(now()))
    except AnxinError as wrong:
        raise Broken(f"{own}: {wrong}; the market goes by the accepted set {name}") from wrong
    if rule_files.edition_of(texts) != name:
        return f"set {name}; {own} has an edit that `anxin guarantee accept` or the next start takes over"
    return f"set {name} of {own}"
