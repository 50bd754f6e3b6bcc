"""Videos in ranges (RFC 9110, 14): players jump within a file, and some play none without.

The web server sends files of `/media` itself but knows no ranges. A range is answered here by at most a mebibyte, which the
server buffers, so that a slow reader keeps no thread; a request for the whole is sent on to the server's own address.
"""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.http import require_safe

from anxin.faces.access import operation
from anxin.infra.clips import SMALL, WHOLE, clip_url, has_clip, open_clip
from anxin.market.content.errors.posts import UnknownPost

PART_BYTES_MAX = 1024 * 1024
FOR_GOOD = "public, max-age=31536000, immutable"  # the key is the digest of what is behind it
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@require_safe
@operation("market.browse")
def clip(request: HttpRequest, key: str) -> HttpResponse:
    """Answer a range of a video with 206, one that lies outside with 416, anything else with where the whole file is."""
    if not has_clip(key):
        raise UnknownPost
    return _ranged(request, key, WHOLE)


@require_safe
@operation("market.browse")
def small(request: HttpRequest, key: str) -> HttpResponse:
    """Answer as `clip` does, of the smallest size; of the only one where a video has no other."""
    if not has_clip(key):
        raise UnknownPost
    return _ranged(request, key, SMALL if has_clip(key, SMALL) else WHOLE)


def _ranged(request: HttpRequest, key: str, name: str) -> HttpResponse:
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if asked is None or asked.groups() == ("", ""):
        return HttpResponseRedirect(clip_url(key, name))
    with open_clip(key, name) as file:
        length = file.seek(0, 2)
        start, end = bounds(asked[1], asked[2], length)
        if start >= length or end < start:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{length}"})
        file.seek(start)
        part = file.read(end - start + 1)
    headers = {
        "Content-Range": f"bytes {start}-{end}/{length}",
        "Accept-Ranges": "bytes",
        "Cache-Control": FOR_GOOD,
        "ETag": f'"{key}"' if name == WHOLE else f'"{key}-small"',
    }
    return HttpResponse(part, status=206, content_type="video/mp4", headers=headers)


def bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """Return the first and last byte to send of a range, the last inclusive; without a first byte the range is a suffix."""
    if not first:
        start = max(0, length - int(last)) if int(last) else length
        end = length - 1
    else:
        start = int(first)
        end = min(int(last), length - 1) if last else length - 1
        if last and int(last) < start:
            return length, length
    return start, min(end, start + PART_BYTES_MAX - 1)


urlpatterns = [
    path("clips/<str:key>.mp4", clip, name="clip"),
    path("clips/<str:key>/small.mp4", small, name="clip_small"),
]
