"""Promises for the platform's own people: every version of each, and what one would have decided lately."""

from datetime import timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router

from anxin.faces.access import operation
from anxin.faces.api.desk_promise_answers import (
    DeskPromiseOut,
    DryRunOut,
    PromiseBookOut,
    listed_promise,
    promise_answer,
)
from anxin.faces.api.promises import Code
from anxin.infra.clock import now
from anxin.market.guarantee.queries import decisions
from anxin.market.guarantee.queries import promises as queries
from anxin.market.guarantee.queries.decisions import DRY_RUN_DAYS

router = Router()

VersionHash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="A version's `hash`.", examples=["0" * 64])]


@router.get("/desk/promises", response=PromiseBookOut)
@operation("desk.promises")
def read_promise_book(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read which promises there are, in which versions."""
    return {"profile": queries.active_profile(), "promises": list(map(listed_promise, queries.promises()))}


@router.get("/desk/promises/{promise}", response=DeskPromiseOut)
@operation("desk.promises")
def read_promise(request: HttpRequest, promise: Code) -> Any:  # noqa: ARG001
    """Read all versions of a promise whole, to compare them."""
    return promise_answer(queries.promise(promise))


@router.get("/desk/promises/{promise}/versions/{version}/dry-run", response=DryRunOut)
@operation("desk.promises")
def try_version(request: HttpRequest, promise: Code, version: VersionHash) -> Any:  # noqa: ARG001
    """Decide anew what was decided about a promise in the last 30 days, as if this version had been promised."""
    until = now()
    since = until - timedelta(days=DRY_RUN_DAYS)
    run = decisions.dry_run(queries.version(promise, version), since=since, until=until)
    return {**vars(run), "since": since, "until": until}
