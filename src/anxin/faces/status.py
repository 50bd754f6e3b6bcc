"""The one table that turns the kind of a failure into an HTTP status (docs/reference/status.md is made from it)."""

from http import HTTPStatus

from anxin.kernel.errors import AnxinError, Kind

STATUS_OF_KIND: dict[Kind, HTTPStatus] = {
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}


def waiting_headers(failure: AnxinError) -> dict[str, str]:
    """Return the header that says when to try again, for failures that know (`retry_after_seconds`)."""
    seconds = getattr(failure, "retry_after_seconds", None)
    return {} if seconds is None else {"Retry-After": str(seconds)}


def status_of(failure: AnxinError | type[AnxinError]) -> HTTPStatus:
    """Return the HTTP status of a typed error or of its class."""
    return STATUS_OF_KIND[failure.kind]


class ValueOutOfRange(AnxinError):
    """A value of the request cannot be stored: it is too large, or has characters that text must not have."""

    code = "request.value_out_of_range"
    kind = Kind.INVALID
