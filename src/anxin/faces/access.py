"""The door of every page and endpoint: who asks, for which shop, and whether the policy table lets them.

`@operation("orders.ship")` is the only way in. A refusal is a typed error: `faces/pages.py` turns it into a redirect to
the login or an error page, the API into a problem document.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver

from anxin.infra.clock import now
from anxin.kernel.ids import parse_public_id
from anxin.market.people.errors import LoginRequired, ShopUnclear
from anxin.market.people.queries import NOBODY, POLICIES, Actor, Audience, actor_of_token, require

V = TypeVar("V", bound=Callable[..., Any])
ShopOf = Callable[[HttpRequest, Mapping[str, Any]], UUID | None]

API_PREFIX = "/api/"
SHOP_PREFIX = "shop"  # of its public id
STUDIO_SHOP = "studio_shop"  # session key: the shop chosen in the studio


def actor_of_request(request: HttpRequest) -> Actor:
    """Return who asks: the bearer of a token on the API, the session's person on a page. Resolved once a request."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        actor = _bearer(request) if request.path_info.startswith(API_PREFIX) else _session(request)
        request.actor = actor  # type: ignore[attr-defined]
    return actor


def operation(name: str, *, shop: ShopOf | None = None) -> Callable[[V], V]:
    """Let the view run only for those whom the policy `name` admits; an unknown name fails at import.

    For an operation of a shop the view finds the shop it was admitted to in `request.shop_id`. `shop` says how to find
    it where the address does not name it and the shop chosen in the studio is not meant.
    """
    policy = POLICIES[name]
    shop_of = shop or (chosen_shop if policy.audience is Audience.SHOP else no_shop)

    def admit(view: V) -> V:
        @wraps(view)
        def admitted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            actor = actor_of_request(request)
            shop_id = shop_of(request, kwargs) if actor.is_person else None
            require(actor, name, shop_id)
            request.shop_id = shop_id  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        admitted.operation = name  # type: ignore[attr-defined]
        return admitted  # type: ignore[return-value]

    return admit


def confirmed(view: V) -> V:
    """Let a form of the view through only soon after the person proved again who they are: for sensitive acts."""
    return reauthentication_required(view, allow_get=True)  # type: ignore[no-any-return]


def operation_of(view: Callable[..., Any]) -> str | None:
    """Return the policy that a view names, None for a view without one."""
    return getattr(view, "operation", None)


def guarded(
    patterns: Iterable[URLPattern | URLResolver], policies: Mapping[str, str]
) -> list[URLPattern | URLResolver]:
    """Return another package's addresses, each guarded by the policy of its name.

    A name missing from `policies` is left out, so a page that an upgrade brings stays closed until somebody decides.
    """
    found: list[URLPattern | URLResolver] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = guarded(pattern.url_patterns, policies)
            found.append(URLResolver(pattern.pattern, inner, pattern.default_kwargs))
        elif pattern.name is not None and pattern.name in policies:
            view = operation(policies[pattern.name])(pattern.callback)
            found.append(URLPattern(pattern.pattern, view, pattern.default_args, pattern.name))
    return found


def chosen_shop(request: HttpRequest, arguments: Mapping[str, Any]) -> UUID | None:
    """Return the shop that the address names (`shop_id`), else the one chosen in the studio, else the actor's own.

    A program that works for several shops must name one: ShopUnclear.
    """
    named = arguments.get("shop_id") or request.GET.get("shop_id")
    if named is not None:
        return named if isinstance(named, UUID) else parse_public_id(SHOP_PREFIX, named)
    mine = sorted(actor_of_request(request).shops())
    if len(mine) > 1 and request.path_info.startswith(API_PREFIX):
        raise ShopUnclear
    chosen = request.session.get(STUDIO_SHOP) if len(mine) > 1 else None
    return next((shop for shop in mine if str(shop) == chosen), mine[0] if mine else None)


def person_of(request: HttpRequest) -> UUID:
    """Return who is logged in, on a page or endpoint whose policy admits persons only. Raises LoginRequired."""
    person_id = actor_of_request(request).person_id
    if person_id is None:
        raise LoginRequired
    return person_id


def no_shop(_request: HttpRequest, _arguments: Mapping[str, Any]) -> UUID | None:
    """Return None: the operation is not one of a shop."""
    return None


def _session(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return NOBODY
    return request.user.actor


def _bearer(request: HttpRequest) -> Actor:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not token:
        return NOBODY
    return actor_of_token(token.strip() if scheme.lower() == "bearer" else "", now=now())
