"""What the inventory hears: an uploaded product file is imported here, where both products and their stock are known."""

from functools import partial
from uuid import UUID

from anxin.infra import clock
from anxin.infra.jobs import task
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.catalog.commands.importing import run_job
from anxin.market.catalog.events import ImportUploaded
from anxin.market.inventory.commands import stock_setter


@subscribe(ImportUploaded)
def import_uploaded(event: ImportUploaded, *, now: Instant) -> None:  # noqa: ARG001 - the task reads the clock itself
    """Import the file in the background: it may take minutes and fetches pictures."""
    import_products.defer(import_id=str(event.import_id))


@task("inventory.import_products", attempts=3)
def import_products(import_id: str) -> None:
    """Run one import to its end."""
    now = clock.now()
    run_job(UUID(import_id), partial(stock_setter, now=now), now=now)
