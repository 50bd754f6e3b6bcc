"""The API: ninja with strict JSON, problem documents and an OpenAPI 3.1 description that tells the whole truth."""

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from ninja import NinjaAPI, Router
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from pydantic_core import from_json, to_json

from anxin.faces.api.errors import MalformedJson, NotJson, UnknownAddress, WrongMethod
from anxin.faces.api.frame import framed
from anxin.faces.api.openapi import completed
from anxin.faces.api.problems import problem_response
from anxin.faces.status import ValueOutOfRange

TITLE = "Anxin API"
VERSION = "1.0.0"
DESCRIPTION = "Everything that the storefront and the merchant's studio do, for programs."
BODY_FAILURES = (MalformedJson, NotJson, ValueOutOfRange)

View = Callable[..., HttpResponse]


class StrictJson(Parser):
    """Reads a body that is JSON and says so. Texts that PostgreSQL cannot hold are refused here, once for all."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value. Raises NotJson, MalformedJson or ValueOutOfRange."""
        if request.content_type != "application/json":
            raise NotJson
        try:
            value = from_json(request.body, allow_inf_nan=False)
        except ValueError as error:
            raise MalformedJson from error
        if b"\\u0000" in request.body:
            raise ValueOutOfRange
        return value

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        """Return the query's values. Raises ValueOutOfRange for a NUL, which no text may hold."""
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise ValueOutOfRange
        return super().parse_querydict(data, list_fields, request)


class FastJson(BaseRenderer):
    """Writes answers with pydantic's own encoder."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002
        """Return `data` as JSON."""
        return to_json(data)


class Api(NinjaAPI):
    """NinjaAPI whose failures travel to the frame, which undoes the transaction before it answers."""

    def on_exception(self, _request: HttpRequest, exc: Any) -> HttpResponse:
        """Raise the failure again: the frame turns it into a problem."""
        raise exc.__cause__ if isinstance(exc.__cause__, BODY_FAILURES) else exc

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return a short stable name: `orders_ship` for `ship` in faces/api/orders.py."""
        view = operation.view_func
        return f"{view.__module__.rpartition('.')[2]}_{view.__name__}"

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """Return the whole description."""
        root = path_prefix or self.get_root_path(path_params or {})
        return completed(super().get_openapi_schema(path_prefix=root, path_params=path_params), self, root)

    def patterns(self) -> list[URLPattern]:
        """Return the addresses of every operation; any other address and method below the root is a problem document.

        Those without an id in them come first: they are compared as texts, the others by regular expressions.
        """
        found = [pattern for router in self._get_bound_routers() for pattern in router.urls_paths(router.prefix)]
        found.sort(key=lambda pattern: "<" in str(pattern.pattern))
        for pattern in found:
            pattern.callback = _with_problem_for_wrong_method(pattern.callback)
        return [*found, path("", _unknown_address, name="api-root"), re_path("^.+$", _unknown_address)]


def make_api(routers: Iterable[tuple[str, Router, str]], *, namespace: str) -> Api:
    """Return the API of (prefix, router, name for people)."""
    api = Api(
        title=TITLE,
        version=VERSION,
        description=DESCRIPTION,
        urls_namespace=namespace,
        parser=StrictJson(),
        renderer=FastJson(),
        docs_url=None,
        openapi_url=None,
    )
    api.add_decorator(framed, mode="view")
    for prefix, router, tag in routers:
        api.add_router(prefix, router, tags=[tag])
    return api


def _with_problem_for_wrong_method(view: View) -> View:
    @wraps(view)
    def answer(request: HttpRequest, **path: Any) -> HttpResponse:
        response = view(request, **path)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return problem_response(request, WrongMethod(str(request.method), response["Allow"]))
        return response

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _unknown_address(request: HttpRequest) -> HttpResponse:
    return problem_response(request, UnknownAddress())


_unknown_address.csrf_exempt = True  # type: ignore[attr-defined]
