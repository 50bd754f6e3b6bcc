"""Videos on their way: an upload is begun, its parts are sent, it goes on where it stopped, and it is prepared for phones."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict, Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.content_answers import VideoOut, video_out
from anxin.faces.api.fields import Answer, Body, CreatorId, MediaId, PageAnswer, PageQuery
from anxin.faces.api.problems import TITLES, in_callers_language
from anxin.faces.pages import message_of
from anxin.faces.speaking import speaker_of
from anxin.faces.status import status_of
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url, store_picture
from anxin.kernel.page import BadCursor
from anxin.market.content.commands import uploads as commands
from anxin.market.content.commands.uploads import Chunk, NewUpload
from anxin.market.content.queries import uploads as queries
from anxin.market.content.queries.uploads import BYTES_MAX, CHUNK_BYTES_MAX, MediaState, UploadFacts

router = Router()

BINARY: Any = {
    "requestBody": {
        "required": True,
        "description": "The bytes of the part as they are.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class UploadIn(Body):
    """A file that is about to come, for one of the creators whom the caller speaks for."""

    creator: CreatorId
    file_name: Annotated[str, Field(max_length=200)] = ""
    bytes_total: Annotated[int, Field(ge=0, le=2**40, description=f"Up to {BYTES_MAX}.")]


class PartQuery(BaseModel):
    """Where a part belongs, and its SHA-256, by which damage on the way is seen."""

    model_config = ConfigDict(extra="forbid")

    offset: int = Field(0, ge=0, le=BYTES_MAX, description="At which byte of the file the part begins.")
    sha256: Annotated[str, Field(pattern=r"^([0-9a-fA-F]{64})?$", description="Of the part, in hex.")] = ""


class RefusalOut(Answer):
    """Why a file was not taken: broken, too long, encrypted, without a picture …"""

    code: str
    title: str
    detail: str


class UploadOut(Answer):
    """An upload: it goes on at `bytes_received`; once whole it is prepared, which `progress_bps` (of 10,000) tells."""

    id: MediaId
    creator_id: CreatorId
    state: MediaState
    file_name: str
    bytes_total: int
    bytes_received: int
    part_bytes_max: int
    progress_bps: int
    refusal: RefusalOut | None
    video: VideoOut | None
    started_at: datetime


class ReceivedBytesOut(Answer):
    """At which byte the upload goes on; whole when it is `bytes_total`."""

    bytes_received: int
    bytes_total: int


class ContentPictureOut(Answer):
    """A stored picture: name it by `key` in a note or a profile."""

    key: str
    url: str
    thumbnail_url: str


@router.post("/me/uploads", response={201: UploadOut})
@operation("content.create")
def start_upload(request: HttpRequest, wanted: UploadIn) -> Any:
    """Begin the upload of a video."""
    creator = speaker_of(request, wanted.creator)
    facts = NewUpload(creator.id, wanted.file_name, wanted.bytes_total)
    started = commands.start_upload(facts, person_id=person_of(request), now=now())
    return Status(201, _upload(request, started))


@router.get("/me/uploads", response=PageAnswer[UploadOut])
@operation("content.create")
def list_uploads(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the caller's uploads that no post uses yet, the last begun first; there is one page."""
    if wanted.cursor:
        raise BadCursor
    found = queries.unused_uploads(person_of(request), wanted.limit)
    with in_callers_language(request):
        return {"items": [upload_out(each) for each in found], "next_cursor": None}


@router.get("/me/uploads/{media}", response=UploadOut)
@operation("content.create")
def read_upload(request: HttpRequest, media: MediaId) -> Any:
    """Ask which bytes arrived, or how far the preparation is."""
    return _upload(request, media)


@router.put("/me/uploads/{media}/bytes", response=ReceivedBytesOut, openapi_extra=BINARY)
@operation("content.create")
def send_part(request: HttpRequest, media: MediaId, part: Query[PartQuery]) -> Any:
    """Send a part of the file: the next one, or one again, which changes nothing. After the last one it is prepared."""
    chunk = Chunk(part.offset, request.body, part.sha256)
    commands.receive_chunk(media, chunk, person_id=person_of(request), now=now())
    found = queries.upload(media, person_id=person_of(request))
    return {"bytes_received": found.bytes_received, "bytes_total": found.bytes_total}


@router.delete("/me/uploads/{media}", response={204: None})
@operation("content.create")
def cancel_upload(request: HttpRequest, media: MediaId) -> Any:
    """Give an upload up that is not whole yet, or that no post uses."""
    commands.cancel_upload(media, person_id=person_of(request), now=now())
    return Status(204, None)


@router.post("/me/pictures", response={201: ContentPictureOut})
@operation("content.create")
def upload_content_picture(request: HttpRequest, picture: File[UploadedFile]) -> Any:  # noqa: ARG001
    """Store a JPEG, PNG or WebP picture; the same picture always gets the same key."""
    key = store_picture(picture.read())
    return Status(201, {"key": key, "url": picture_url(key), "thumbnail_url": picture_url(key, Size.THUMB)})


def upload_out(facts: UploadFacts) -> UploadOut:
    """Return an upload."""
    names = ("id", "creator_id", "state", "file_name", "bytes_total", "bytes_received", "progress_bps", "started_at")
    plain = {name: getattr(facts, name) for name in names}
    video = video_out(facts) if facts.is_ready else None
    return UploadOut(**plain, part_bytes_max=CHUNK_BYTES_MAX, refusal=_refusal(facts), video=video)


def _refusal(facts: UploadFacts) -> RefusalOut | None:
    if facts.refused is None:
        return None
    title = _(TITLES[status_of(facts.refused)])
    return RefusalOut(code=facts.refusal, title=title, detail=message_of(facts.refused))


def _upload(request: HttpRequest, media: UUID) -> UploadOut:
    with in_callers_language(request):
        return upload_out(queries.upload(media, person_id=person_of(request)))
