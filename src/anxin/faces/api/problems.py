"""Every failure as problem details (RFC 9457): a stable `code`, a sentence in the caller's language, the fields at fault."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja.errors import ValidationError
from pydantic_core import to_json

from anxin.faces.api.errors import (
    BodyTooLarge,
    InvalidRequest,
    ServerFailed,
    UnknownAddress,
    WrongMethod,
)
from anxin.faces.pages import message_of
from anxin.faces.status import ValueOutOfRange, status_of, waiting_headers
from anxin.kernel.errors import AnxinError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/api/v1/docs#"

TITLES: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: gettext_noop("The request is malformed"),
    HTTPStatus.UNAUTHORIZED: gettext_noop("Log in first"),
    HTTPStatus.FORBIDDEN: gettext_noop("Not permitted"),
    HTTPStatus.NOT_FOUND: gettext_noop("Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("Method not allowed"),
    HTTPStatus.CONFLICT: gettext_noop("Not possible in the present state"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_noop("Too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: gettext_noop("Unsupported media type"),
    HTTPStatus.UNPROCESSABLE_ENTITY: gettext_noop("Not valid"),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_noop("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_noop("Server error"),
    HTTPStatus.SERVICE_UNAVAILABLE: gettext_noop("Not available at the moment"),
}

# Messages for pydantic's error types; `{…}` are the facts that pydantic gives with them.
FIELD_MESSAGES: dict[str, str] = {
    "missing": gettext_noop("This field is required."),
    "extra_forbidden": gettext_noop("This field is not known here."),
    "identifier": gettext_noop("This must be an identifier that begins with {prefix}_."),
    "identifier_of": gettext_noop("This must be an identifier that begins with one of {prefixes}."),
    "string_type": gettext_noop("This must be a text."),
    "string_too_short": gettext_noop("This must have at least {min_length} characters."),
    "string_too_long": gettext_noop("This must have at most {max_length} characters."),
    "string_pattern_mismatch": gettext_noop("This text does not have the expected form."),
    "int_type": gettext_noop("This must be a whole number."),
    "int_parsing": gettext_noop("This must be a whole number."),
    "int_from_float": gettext_noop("This must be a whole number."),
    "bool_type": gettext_noop("This must be true or false."),
    "bool_parsing": gettext_noop("This must be true or false."),
    "list_type": gettext_noop("This must be a list."),
    "model_type": gettext_noop("This must be an object."),
    "model_attributes_type": gettext_noop("This must be an object."),
    "dict_type": gettext_noop("This must be an object."),
    "greater_than": gettext_noop("This must be greater than {gt}."),
    "greater_than_equal": gettext_noop("This must be at least {ge}."),
    "less_than": gettext_noop("This must be less than {lt}."),
    "less_than_equal": gettext_noop("This must be at most {le}."),
    "too_short": gettext_noop("This must have at least {min_length} entries."),
    "too_long": gettext_noop("This must have at most {max_length} entries."),
    "literal_error": gettext_noop("This must be one of {expected}."),
    "enum": gettext_noop("This must be one of {expected}."),
    "moment": gettext_noop("This must be a date and time such as 2026-03-02T12:00:00+08:00."),
    "datetime_from_date_parsing": gettext_noop("This must be a date and time such as 2026-03-02T12:00:00+08:00."),
    "timezone_aware": gettext_noop("This must be a date and time such as 2026-03-02T12:00:00+08:00."),
}
OTHER_FIELD_MESSAGE = gettext_noop("This value is not valid.")


def problem_response(request: HttpRequest, failure: Exception) -> HttpResponse:
    """Turn any failure of a request into its problem, in the language that the caller accepts."""
    error = _typed(failure)
    with in_callers_language(request):
        body = _problem(error, request, failure)
    response = HttpResponse(to_json(body), status=body["status"], content_type=MEDIA_TYPE)
    for name, value in _headers(error).items():
        response[name] = value
    return response


def in_callers_language(request: HttpRequest) -> AbstractContextManager[None]:
    """Return a context in which texts are in the language that the caller accepts."""
    return translation.override(translation.get_language_from_request(request))


def http_status(error: AnxinError | type[AnxinError]) -> HTTPStatus:
    """Return the status of a typed error or its class: fixed for protocol errors, else by its kind."""
    return getattr(error, "status", None) or status_of(error)


def _typed(failure: Exception) -> AnxinError:
    if isinstance(failure, AnxinError):
        return failure
    if isinstance(failure, ValidationError):
        in_path = all(error["loc"][0] == "path" for error in failure.errors)
        return UnknownAddress() if in_path else InvalidRequest()
    if isinstance(failure, RequestDataTooBig):
        return BodyTooLarge()
    if isinstance(failure, Http404):
        return UnknownAddress()
    if isinstance(failure, DataError):
        log.warning("a value passed the checks of the API but not those of the database", exc_info=failure)
        return ValueOutOfRange()
    log.error("an API request failed", exc_info=failure)
    return ServerFailed()


def _problem(error: AnxinError, request: HttpRequest, failure: Exception) -> dict[str, Any]:
    status = http_status(error)
    facts = error.facts()
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + error.code,
        "title": _(TITLES[status]),
        "status": status.value,
        "detail": message_of(error),
        "code": error.code,
        "instance": request.path,
    }
    if facts:
        body["facts"] = {name: _fact(value) for name, value in facts.items()}
    if isinstance(failure, ValidationError):
        body["fields"] = fields_at_fault(failure.errors)
    elif error.at_field:
        body["fields"] = [{"name": error.at_field, "code": error.code, "detail": body["detail"]}]
    return body


def fields_at_fault(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return where each invalid value is (`body.lines.0.quantity`), a code and a translated sentence."""
    return [
        {
            "name": ".".join(str(part) for part in _place(error["loc"])),
            "code": error["type"],
            "detail": _(FIELD_MESSAGES.get(error["type"], OTHER_FIELD_MESSAGE)).format_map(error.get("ctx") or {}),
        }
        for error in errors
    ]


def _place(loc: Sequence[str | int]) -> Sequence[str | int]:
    """Return the place without the name of the view's parameter, which means nothing outside: body.order.lines → body.lines."""
    return (*loc[:1], *loc[2:]) if loc[0] == "body" else loc


def _fact(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | UUID | datetime):
        return value
    if isinstance(value, list | tuple):
        return [_fact(item) for item in value]
    return str(value)


def _headers(error: AnxinError) -> dict[str, str]:
    if isinstance(error, WrongMethod):
        return {"Allow": error.allowed}
    if http_status(error) == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": 'Bearer realm="anxin"'}
    return waiting_headers(error)
