"""The description of the API (OpenAPI 3.1): ninja's, with what it cannot know: problems, policies, keys and logins."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation
from ninja.utils import normalize_path

from anxin.faces.access import operation_of
from anxin.faces.api.idempotency import KEY_PATTERN, is_idempotent
from anxin.faces.api.problems import MEDIA_TYPE
from anxin.market.people.queries import POLICIES, Audience

Json = dict[str, Any]

PROBLEM: Json = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "description": "Where the code is explained."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence in the language of Accept-Language."},
        "code": {"type": "string", "description": "Stable; for programs."},
        "instance": {"type": "string"},
        "facts": {"type": "object", "description": "What the sentence was made from."},
        "fields": {
            "type": "array",
            "description": "Where it is to be mended: a place in the request, or a field of what is kept.",
            "items": {
                "type": "object",
                "required": ["name", "code", "detail"],
                "properties": {"name": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
SECURITY_SCHEMES: Json = {
    "token": {"type": "http", "scheme": "bearer", "description": "A personal access token (`anxin token PERSON`)."},
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "With an X-CSRFToken header."},
}
ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,  # a token that is not known is refused even where none is needed
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
)
LOGGED_IN = (HTTPStatus.FORBIDDEN,)
CHANGING = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
KEY_PARAMETER: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Made by you, new for each thing you want done: the same key and body get the same answer.",
    "schema": {"type": "string", "pattern": f"^{KEY_PATTERN}$"},
}


@dataclass(frozen=True)
class Endpoint:
    """One operation of the API as it is mounted."""

    method: str
    path: str
    operation: Operation

    @property
    def policy(self) -> str | None:
        """The name of its policy."""
        return operation_of(self.operation.view_func)

    @property
    def needs_key(self) -> bool:
        """Whether it needs an Idempotency-Key."""
        return is_idempotent(self.operation.view_func)


def endpoints(api: NinjaAPI) -> Iterator[Endpoint]:
    """Yield every operation of `api` with its path below the API's root."""
    for router in api._get_bound_routers():  # noqa: SLF001 - ninja has no public way to list its operations
        for path, view in router.path_operations.items():
            for operation in view.operations:
                for method in operation.methods:
                    yield Endpoint(method, normalize_path(f"/{router.prefix}/{path}"), operation)


def completed(schema: Json, api: NinjaAPI, root: str) -> Json:
    """Return ninja's `schema` with problems, policies, keys and logins added to every operation."""
    schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    schema["components"]["securitySchemes"] = SECURITY_SCHEMES
    for endpoint in endpoints(api):
        if endpoint.operation.include_in_schema:
            _complete(schema["paths"][normalize_path(f"{root}/{endpoint.path}")][endpoint.method.lower()], endpoint)
    return schema


def _complete(described: Json, endpoint: Endpoint) -> None:
    policy = POLICIES[endpoint.policy or ""]
    is_open = policy.audience is Audience.ANYBODY
    described["x-policy"] = policy.operation
    described["security"] = [{}] if is_open else [{"token": []}, {"session": []}]
    statuses = [*ALWAYS, *(() if is_open else LOGGED_IN), *(() if endpoint.method == "GET" else CHANGING)]
    for status in sorted(statuses):
        described["responses"].setdefault(status.value, _problem(status))
    if endpoint.needs_key and KEY_PARAMETER not in described["parameters"]:
        described["parameters"].append(KEY_PARAMETER)


def _problem(status: HTTPStatus) -> Json:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": status.phrase, "content": content}
