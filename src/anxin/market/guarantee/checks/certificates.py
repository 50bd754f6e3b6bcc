"""What must always be true of promises: every paid line has a certificate, and it says what its hash says."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from anxin.infra.doctor import Broken, check
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.certificate import verifies
from anxin.market.guarantee.errors.promises import BadPromiseFile
from anxin.market.guarantee.queries.decisions import replays
from anxin.market.guarantee.store import certificates as store

CHUNK = 1_000
EXAMPLES = 1


@register("anxin")
def promise_files_are_right(**_arguments: Any) -> list[CheckMessage]:
    """Report a promise file that cannot be read: a market must not start with it."""
    try:
        book.registry()
    except BadPromiseFile as bad:
        return [Error(str(bad), hint="Run `anxin guarantee check`.", id="anxin.E002")]
    return []


@check("guarantee.certificates_issued")
def certificates_issued() -> str:
    """Every line of a paid order has a certificate, unless the event of its payment still waits."""
    missing = store.SQL.rows("uncertified", most=EXAMPLES)
    if missing:
        raise Broken(f"paid orders without certificates, such as {missing[0]['order_id']}")
    return f"{store.count_certificates():,} certificates"


@check("guarantee.certificates_verify")
def certificates_verify() -> str:
    """Every certificate says what its hash says."""
    looked = 0
    for certificate in store.every_certificate(CHUNK):
        if not verifies(certificate):
            raise Broken(f"the certificate of line {certificate.line_id} does not match its hash")
        looked += 1
    return f"{looked:,} looked at"


@check("guarantee.decisions_replay")
def decisions_replay() -> str:
    """The newest decisions come out the same when they are made again from what was kept."""
    looked = 0
    for row, same in replays(CHUNK):
        if not same:
            raise Broken(f"decision {row} comes out differently now")
        looked += 1
    return f"{looked:,} made again"
