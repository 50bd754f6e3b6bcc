"""What can be wrong with a request before any command sees it. The docstring is the message."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from anxin.kernel.errors import AnxinError, Kind


class ProtocolError(AnxinError):
    """The request breaks the rules of the protocol; its status is fixed by RFC 9110, not by the kind."""

    code = "request.refused"
    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST


class MalformedJson(ProtocolError):
    """The body is not well-formed JSON in UTF-8."""

    code = "request.malformed_json"


class NotJson(ProtocolError):
    """The body must be sent as application/json."""

    code = "request.not_json"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class BodyTooLarge(ProtocolError):
    """The body is larger than this server accepts."""

    code = "request.too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnknownAddress(ProtocolError):
    """There is nothing at this address."""

    code = "request.unknown_address"
    status = HTTPStatus.NOT_FOUND


@dataclass(eq=False)
class WrongMethod(ProtocolError):
    """{method} is not possible here; possible are {allowed}."""

    method: str
    allowed: str
    code = "request.wrong_method"
    status = HTTPStatus.METHOD_NOT_ALLOWED


class KeyMissing(ProtocolError):
    """This request moves money or stock: send an Idempotency-Key of 1 to 200 visible ASCII characters."""

    code = "request.idempotency_key_missing"


class KeyReused(ProtocolError):
    """This Idempotency-Key was already used for another request."""

    code = "request.idempotency_key_reused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class KeyInFlight(ProtocolError):
    """A request with this Idempotency-Key is being worked on. Ask again in a moment."""

    code = "request.idempotency_key_in_flight"
    status = HTTPStatus.CONFLICT


class InvalidRequest(AnxinError):
    """Some values of the request are not valid; `fields` says which and why."""

    code = "request.invalid"
    kind = Kind.INVALID


class CsrfMissing(AnxinError):
    """A request that carries the session cookie must send the CSRF token in the X-CSRFToken header."""

    code = "request.csrf_missing"
    kind = Kind.FORBIDDEN


@dataclass(eq=False)
class TooManyRequests(AnxinError):
    """Too many requests. Try again in {retry_after_seconds} seconds."""

    retry_after_seconds: int
    code = "request.too_many"
    kind = Kind.LIMITED


class ServerFailed(ProtocolError):
    """The server failed. Nothing was changed; the failure was logged."""

    code = "server.failed"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
