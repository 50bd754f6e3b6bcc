"""Background work of the ledger."""

from procrastinate.contrib.django import app

from anxin.infra import clock
from anxin.market.ledger import commands


@app.periodic(cron="* * * * *")
@app.task(name="ledger.seal")
def seal_journals(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Append new journals to the hash chain every minute."""
    while commands.seal(now=clock.now()):
        pass
