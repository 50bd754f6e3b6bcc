"""Who tells events: the person who is logged in, else the device, by a signed id in a cookie or a header."""

from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from anxin.faces.access import actor_of_request
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.interest.commands import Teller, take_device_along
from anxin.market.interest.errors import BadDevice, NoActor

PREFIX = "dev"
COOKIE = "device"
HEADER = "HTTP_ANXIN_DEVICE"
YEAR_SECONDS = 365 * 86_400
WIDTH = {4: 24, 6: 48}  # bits of an address that are one network's
_SIGNER = signing.Signer(salt="anxin.device", sep=".")


def teller_of(request: HttpRequest) -> Teller:
    """Return who tells. Raises NoActor for a stranger without a device, BadDevice for an id that is not ours."""
    actor = actor_of_request(request)
    if actor.person_id is not None:
        return Teller(actor.person_id, is_person=True, shops=actor.shops())
    signed = request.META.get(HEADER) or request.COOKIES.get(COOKIE)
    if not signed:
        raise NoActor
    return Teller(read_device(signed), is_person=False, network=network_of(request))


def network_of(request: HttpRequest) -> int | None:
    """Return a number for the network (/24, /48) that a device asks from, another one each day; it leads nowhere.

    None for an address of this machine or of a private network: a proxy nobody told us of may stand there for everybody.
    """
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if not address.is_global:
        return None
    network = ip_network((address, WIDTH[address.version]), strict=False)
    digest = salted_hmac("anxin.network", f"{network} {now():%Y-%m-%d}", algorithm="sha256").digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def watcher_of(request: HttpRequest) -> tuple[UUID, str]:
    """Return who looks at a page, and the signed id to give to the browser of a stranger who has none yet (else empty)."""
    try:
        return teller_of(request).id, ""
    except (NoActor, BadDevice):
        signed = new_device()
        return read_device(signed), signed


def new_device() -> str:
    """Return a fresh device id, signed."""
    return _SIGNER.sign(public_id(PREFIX, new_id()))


def read_device(signed: str) -> UUID:
    """Return the device of a signed id. Raises BadDevice."""
    try:
        return parse_public_id(PREFIX, _SIGNER.unsign(signed))
    except (signing.BadSignature, AnxinError) as error:
        raise BadDevice from error


def give_device(request: HttpRequest, response: HttpResponse, signed: str) -> None:
    """Give the browser of a stranger a signed device id; an empty one changes nothing."""
    if signed:
        response.set_cookie(
            COOKIE, signed, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
        )


@receiver(user_logged_in)
def take_along(request: HttpRequest | None, user: object, **_: object) -> None:
    """What the device did before a login becomes the person's."""
    signed = request.COOKIES.get(COOKIE) if request is not None else None
    if signed:
        try:
            device = read_device(signed)
        except BadDevice:
            return
        take_device_along(device, user.id, now=now())  # type: ignore[attr-defined]
