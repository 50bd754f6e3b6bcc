"""The frame around every API operation: rate limit, caller, one transaction, kept answers, problems.

It wraps ninja's `Operation.run`, so that parsing, the policy, the command and the kept answer share one transaction
and a failure anywhere undoes all of it before it becomes a problem document.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse

from anxin.faces.access import actor_of_request, operation_of
from anxin.faces.api import idempotency
from anxin.faces.api.callers import SAFE_METHODS, actor_of_session, bearer, bucket_of
from anxin.faces.api.errors import TooManyRequests
from anxin.faces.api.idempotency import AnsweredMeanwhile
from anxin.faces.api.problems import problem_response
from anxin.faces.api.ratelimit import Limiter
from anxin.infra import clock
from anxin.infra.config import config
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.people.errors import LoginRequired
from anxin.market.people.queries import POLICIES, Audience

Run = Callable[..., HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])

LIMITER = Limiter(config().api_requests_per_minute)


def framed(run: Run) -> Run:
    """Return ninja's `run` of one operation with the frame around it."""
    operation = run.__self__  # type: ignore[attr-defined]
    serve = _serve_of(operation.methods, operation.view_func)
    work = run if _is_open(operation.view_func) else _after_login(run)

    @wraps(run)
    def in_frame(request: HttpRequest, **path: Any) -> HttpResponse:
        try:
            allowance = LIMITER.take(bucket_of(request))
        except TooManyRequests as refusal:
            return problem_response(request, refusal)
        try:
            response = serve(work, request, path)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the caller gets a problem document
            response = problem_response(request, failure)
        for name, value in allowance.headers().items():
            response.headers[name] = value
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return in_frame


def untied(view: View) -> View:
    """Mark an operation that calls the outside world: its commands open their own transactions, before and after."""
    view.untied = True  # type: ignore[attr-defined]
    return view


def is_untied(view: Callable[..., Any]) -> bool:
    """Say whether the operation runs outside the frame's transaction."""
    return getattr(view, "untied", False)


def _serve_of(methods: list[str], view: Callable[..., Any]) -> Callable[..., HttpResponse]:
    if is_untied(view):
        return _read
    if idempotency.is_idempotent(view):
        return _once
    return _read if SAFE_METHODS.issuperset(methods) else _write


def _is_open(view: Callable[..., Any]) -> bool:
    return POLICIES[operation_of(view) or ""].audience is Audience.ANYBODY


def _after_login(run: Run) -> Run:
    """Return `run` for those who are logged in: strangers are sent away before their body is looked at."""

    @wraps(run)
    def after_login(request: HttpRequest, **path: Any) -> HttpResponse:
        if not actor_of_request(request).is_person:
            raise LoginRequired
        return run(request, **path)

    return after_login


def _read(run: Run, request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
    _identify(request)
    return run(request, **path)


@transactional
def _write(run: Run, request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
    _identify(request)
    return run(request, **path)


def _once(run: Run, request: HttpRequest, path: dict[str, Any]) -> HttpResponse:
    key = idempotency.key_of(request)
    try:
        return _answer(run, request, path, key, now=clock.now())
    except AnsweredMeanwhile:
        return _answer(run, request, path, key, now=clock.now())


@transactional
def _answer(
    run: Run, request: HttpRequest, path: dict[str, Any], key: idempotency.Key, *, now: Instant
) -> HttpResponse:
    entry = idempotency.enter(request, key, now=now)
    request.actor = entry.actor  # type: ignore[attr-defined]
    if entry.earlier is not None:
        return entry.earlier
    response = run(request, **path)
    if entry.actor.person_id is not None:
        idempotency.keep(entry.actor.person_id, key, response, now=now)
    return response


def _identify(request: HttpRequest) -> None:
    """Find the person of a session here; the bearer of a token is found by the policy's door."""
    if bearer(request) is None:
        request.actor = actor_of_session(request)  # type: ignore[attr-defined]
