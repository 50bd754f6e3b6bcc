"""Background work of interests, in the worker's queue for what takes long."""

from anxin.infra import clock
from anxin.infra.jobs import SLOW, task


@task("interest.forget", queue=SLOW)
def forget_in_parts() -> None:
    """Make nobody's what those did who begin anew or were erased."""
    from anxin.market.interest.commands.forgetting import forget_all  # which enqueues this task

    forget_all(now=clock.now())
