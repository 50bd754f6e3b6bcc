"""Files that people send with a claim from a page: several a field, each kept before anything is decided."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from anxin.infra.clock import now
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.commands import claim_evidence
from anxin.market.guarantee.queries import claims as queries
from anxin.market.guarantee.queries.claims import Evidence, Party

ACCEPTED = "image/jpeg,image/png,image/webp,video/mp4,video/quicktime,video/webm"
HINT = gettext_lazy("Up to 8 pictures, or one video of a minute. They are encoded anew; place and camera are not kept.")


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Pictures or a short video; cleaned by the command, not here."""

    def __init__(self, *, label: Any, required: bool = False) -> None:
        widget = FilesInput(attrs={"accept": ACCEPTED, "multiple": True})
        super().__init__(label=label, required=required, widget=widget, help_text=HINT)

    def clean(self, data: Any, initial: Any = None) -> Any:  # noqa: ARG002 - as Django calls it
        """Return the files as they came; `keep_files` looks at each."""
        return data


def keep_files(request: HttpRequest, field: str, kind: Evidence, *, by: UUID, party: Party) -> list[UUID]:
    """Keep the files of one field and return the ids under which they are handed in.

    Raises what `claim_evidence.keep_file` raises, TooMuchEvidence.
    """
    files: Sequence[Any] = request.FILES.getlist(field)
    kept = []
    for file in files[: claim_evidence.PICTURES_MAX + 1]:
        clean = claim_evidence.keep_file(file.read(claim_evidence.BYTES_MAX + 1))
        kept.append(claim_evidence.note_kept(clean, kind, by=by, party=party, now=now()))
    return kept


def shown_file(request: HttpRequest, claim_id: UUID, evidence: str) -> HttpResponse:
    """Answer with a file of a claim that the reader was found to be a side of."""
    data, content_type = queries.evidence_file(
        claim_id, parse_public_id("evd", evidence), poster="still" in request.GET
    )
    answer = HttpResponse(data, content_type=content_type)
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
