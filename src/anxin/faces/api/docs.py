"""The API's own pages: its description for programs (openapi.json) and for people (docs), in the look of the house."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from pydantic_core import to_json

from anxin.faces.access import operation
from anxin.faces.api.app import Api
from anxin.faces.api.problems import TITLES, http_status
from anxin.kernel.errors import AnxinError

DEPTH_MAX = 4
OURS = "anxin."
Json = dict[str, Any]


@dataclass(frozen=True)
class FieldDoc:
    """One field of a body, a parameter or an answer."""

    name: str
    kind: str
    required: bool
    note: str


@dataclass(frozen=True)
class OperationDoc:
    """One operation as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    policy: str
    is_open: bool
    parameters: tuple[FieldDoc, ...]
    body: tuple[FieldDoc, ...]
    answer: tuple[FieldDoc, ...]
    statuses: tuple[int, ...]


@dataclass(frozen=True)
class ErrorDoc:
    """One problem code."""

    code: str
    status: int
    title: str
    message: str


def docs_patterns(api: Api) -> list[URLPattern]:
    """Return the addresses of both descriptions."""

    @cache
    def described() -> Json:
        schema: Json = api.get_openapi_schema()
        return schema

    @operation("market.docs")
    def openapi_json(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(to_json(described()), content_type="application/json")

    @operation("market.docs")
    def docs(request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            facts = {"sections": sections(described()), "errors": error_docs(), "api": described()["info"]}
            response = render(request, "api/docs.html", facts)
        response["Content-Security-Policy"] = build_policy()
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return [path("openapi.json", openapi_json, name="openapi-json"), path("docs", docs, name="docs")]


def sections(schema: Json) -> dict[str, list[OperationDoc]]:
    """Return the operations of an OpenAPI description by the name of their router."""
    found: dict[str, list[OperationDoc]] = {}
    for address, methods in schema["paths"].items():
        for method, described in methods.items():
            for tag in described.get("tags", ("",))[:1]:
                found.setdefault(tag, []).append(_operation_doc(schema, address, method, described))
    return found


def error_docs() -> list[ErrorDoc]:
    """Return every problem code that the loaded modules know, by code."""
    errors = sorted({error.code: error for error in subclasses(AnxinError)}.values(), key=lambda error: error.code)
    return [_error_doc(error) for error in errors]


def subclasses(error: type[AnxinError]) -> Iterator[type[AnxinError]]:
    """Yield every subclass of the house, however deep, that has a code of its own."""
    for child in error.__subclasses__():
        if "code" in vars(child) and child.__module__.startswith(OURS):
            yield child
        yield from subclasses(child)


def _error_doc(error: type[AnxinError]) -> ErrorDoc:
    status = http_status(error)
    return ErrorDoc(error.code, status.value, _(TITLES[status]), _(error.template()))


def _operation_doc(schema: Json, address: str, method: str, described: Json) -> OperationDoc:
    good = next((status for status in described["responses"] if int(status) < 300), None)  # noqa: PLR2004
    return OperationDoc(
        id=described["operationId"],
        method=method.upper(),
        path=address,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        policy=described["x-policy"],
        is_open=described["security"] == [{}],
        parameters=tuple(_parameter(schema, one) for one in described["parameters"]),
        body=_content(schema, described.get("requestBody")),
        answer=_content(schema, described["responses"].get(good)),
        statuses=tuple(int(status) for status in described["responses"]),
    )


def _parameter(schema: Json, described: Json) -> FieldDoc:
    inner = described["schema"]
    note = described.get("description") or inner.get("description", "")
    return FieldDoc(described["name"], _kind(schema, inner), described.get("required", False), note)


def _content(schema: Json, described: Json | None) -> tuple[FieldDoc, ...]:
    for content in ((described or {}).get("content") or {}).values():
        return tuple(_fields(schema, content["schema"], "", 0))
    return ()


def _fields(schema: Json, described: Json, prefix: str, depth: int) -> Iterator[FieldDoc]:
    """Yield the fields of an object, nested ones with their path: `lines[].quantity`."""
    whole = _resolved(schema, described)
    if whole.get("type") == "array":
        yield from _fields(schema, whole.get("items", {}), f"{prefix}[]", depth)
        return
    for name, inner in whole.get("properties", {}).items():
        here = f"{prefix}.{name}" if prefix else name
        required = name in whole.get("required", ())
        yield FieldDoc(here, _kind(schema, inner), required, inner.get("description", ""))
        if depth < DEPTH_MAX:
            yield from _fields(schema, inner, here, depth + 1)


def _kind(schema: Json, described: Json) -> str:
    whole = _resolved(schema, described)
    if "enum" in whole:
        return " | ".join(str(value) for value in whole["enum"])
    if whole.get("type") == "array":
        parts = whole.get("prefixItems") or [whole.get("items", {})]  # a pair or triple names each of its parts
        return f"[{', '.join(_kind(schema, part) for part in parts)}]"
    if "examples" in whole:
        return f"{whole['examples'][0][:7]}…"
    return str(whole.get("format") or whole.get("type", "object"))


def _resolved(schema: Json, described: Json) -> Json:
    """Follow a reference, and see through an optional value to what it is when it is there."""
    for choice in described.get("anyOf", ()):
        if choice.get("type") != "null":
            return _resolved(schema, choice)
    if "$ref" in described:
        found: Json = schema["components"]["schemas"][described["$ref"].rpartition("/")[2]]
        return found
    return described
