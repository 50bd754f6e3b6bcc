"""The way back, always to an address of ours: from a form that stands on several pages, and from a checkout that carries it."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

BACK = "back"  # the parameter that a checkout and its payment carry
PAID = "paid"  # the parameter by which a page knows from which payment a buyer comes back
LENGTH_MAX = 500


def back_of(request: HttpRequest, otherwise: str) -> str:
    """Return the address of ours that a form names as `next`, `otherwise` where it names none."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}) else otherwise


def is_ours(request: HttpRequest, address: str) -> bool:
    """Say whether an address is a path of this site, short enough to be carried along."""
    hosts = {request.get_host()}
    return address.startswith("/") and len(address) <= LENGTH_MAX and url_has_allowed_host_and_scheme(address, hosts)


def way_back(request: HttpRequest) -> str:
    """Return where a buyer was before the checkout, as the page or form names it; empty where that is no address of ours."""
    wanted = request.POST.get(BACK) or request.GET.get(BACK) or ""
    return wanted if is_ours(request, wanted) else ""


def with_way_back(address: str, back: str) -> str:
    """Return an address without parameters that carries the way back."""
    return f"{address}?{urlencode({BACK: back})}" if back else address


def back_from_payment(back: str, checkout: str) -> str:
    """Return a way back that names the checkout which was to be paid, for a page that says what became of it."""
    parts = urlsplit(back)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != PAID]
    return parts._replace(query=urlencode([*kept, (PAID, checkout)])).geturl()
