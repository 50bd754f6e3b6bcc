"""Background work of the API."""

from procrastinate.contrib.django import app

from anxin.faces.api import idempotency
from anxin.infra import clock


@app.periodic(cron="17 3 * * *")
@app.task(name="api.forget_answers")
def forget_answers(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Delete kept answers that nobody will ask for again, once a day."""
    idempotency.forget_old(now=clock.now())
