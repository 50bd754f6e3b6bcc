"""Where a buyer met the goods, as an address carries it: `from=req_….vid_….12.crt_…`, a part left empty where there was none."""

from django.http import HttpRequest

from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.orders.commands import SECOND_MAX, Origin

PARAMETER = "from"
CONTENT_PREFIXES = ("vid", "nte")
PARTS = 4


def origin_text(request_id: object, content: str, second: int | None, creator: object) -> str:
    """Return the value of the parameter; `content` is the outside id of the video or note."""
    return ".".join(
        (
            public_id("req", request_id) if request_id else "",  # type: ignore[arg-type]
            content,
            "" if second is None else str(second),
            public_id("crt", creator) if creator else "",  # type: ignore[arg-type]
        )
    )


def origin_of(request: HttpRequest) -> Origin | None:
    """Return where the goods of this page or form were met; None for what is not well formed, which sells all the same."""
    parts = (request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or "").split(".")
    if len(parts) != PARTS or not any(parts):
        return None
    served, content, second, creator = parts
    if second and not (second.isascii() and second.isdigit() and len(second) < 6 and int(second) <= SECOND_MAX):  # noqa: PLR2004
        return None
    try:
        return Origin(
            request=parse_public_id("req", served) if served else None,
            content=parse_public_id(_prefix(content), content) if content else None,
            second=int(second) if second else None,
            creator=parse_public_id("crt", creator) if creator else None,
        )
    except AnxinError:
        return None


def _prefix(content: str) -> str:
    prefix = content.partition("_")[0]
    return prefix if prefix in CONTENT_PREFIXES else CONTENT_PREFIXES[0]
