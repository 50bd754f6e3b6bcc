"""Product files of a shop: upload one, follow it, download what was rejected; and export everything."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.spreadsheet import csv_file
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog import queries
from anxin.market.catalog.commands.importing import MAX_FILE_MIB, start_import
from anxin.market.catalog.queries import ImportFacts
from anxin.market.inventory.queries import on_hand

PREFIX = "imp"
PERMILLE = 1000


class UploadForm(forms.Form):
    """The file, and whether it is only a trial."""

    file = forms.FileField(
        label=gettext_lazy("Product file (Shopify CSV)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=gettext_lazy("UTF-8 or GB18030. Products are found again by handle, variants by SKU."),
    )
    trial = forms.BooleanField(label=gettext_lazy("Trial run: check everything, change nothing"), required=False)


def shop_of(request: HttpRequest) -> UUID:
    """Return the shop that the policy's door admitted the reader to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id


@require_http_methods(["GET", "POST"])
@operation("products.import")
def imports(request: HttpRequest) -> HttpResponse:
    """Show the form and earlier imports; take a file."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("studio_import", _start(request, form.cleaned_data))
        except AnxinError as error:
            form.add_error("file", message_of(error))
    facts = {
        "form": form,
        "max_mib": MAX_FILE_MIB,
        "imports": [_listed(each) for each in queries.imports_of(shop_of(request))],
    }
    return render(request, "studio/imports.html", facts)


@require_GET
@operation("products.import")
def one_import(request: HttpRequest, import_id: str) -> HttpResponse:
    """Show how far an import is, or what came of it. Raises ImportNotFound."""
    job = queries.import_job(shop_of(request), parse_public_id(PREFIX, import_id))
    return render(
        request,
        "studio/import.html",
        _listed(job) | {"faults": _faults(job), "failure": _failure(job), "note": _note(job)},
    )


@require_GET
@operation("products.import")
def import_progress(request: HttpRequest, import_id: str) -> JsonResponse:
    """Answer how far an import is. Raises ImportNotFound."""
    job = queries.import_job(shop_of(request), parse_public_id(PREFIX, import_id))
    page = reverse("studio_import", args=[import_id])
    return JsonResponse(
        {"done": job.done_permille, "total": PERMILLE, "note": _note(job), "finished": job.is_finished, "url": page}
    )


@require_GET
@operation("products.import")
def import_errors(request: HttpRequest, import_id: str) -> StreamingHttpResponse:
    """Download the rejected rows, ready to be repaired and uploaded again. Raises ImportNotFound, NotInVault."""
    job = queries.import_job(shop_of(request), parse_public_id(PREFIX, import_id))
    return csv_file("errors.csv", [job.errors_file()])


@require_GET
@operation("products.import")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Download all products of the shop in the format that the import reads."""
    base_url = request.build_absolute_uri("/").rstrip("/")
    pieces: Iterable[str] = queries.export_products(shop_of(request), read_stock=on_hand, base_url=base_url)
    return csv_file("products.csv", pieces)


def _start(request: HttpRequest, given: dict[str, Any]) -> str:
    file = given["file"]
    job_id = start_import(shop_of(request), file.name, file, is_trial=given["trial"], by=person_of(request), now=now())
    return public_id(PREFIX, job_id)


def _listed(job: ImportFacts) -> dict[str, Any]:
    return {"job": job, "public_id": public_id(PREFIX, job.id), "state": STATES[job.state], "tone": TONES[job.state]}


STATES = {
    "waiting": gettext_lazy("Waiting"),
    "running": gettext_lazy("Importing"),
    "done": gettext_lazy("Finished"),
    "failed": gettext_lazy("Not imported"),
}
TONES = {"waiting": "wait", "running": "info", "done": "good", "failed": "bad"}


def _faults(job: ImportFacts) -> list[tuple[int, str, str]]:
    return [(line, column, _(text).replace("{value}", value)) for line, column, text, value in job.faults]


def _failure(job: ImportFacts) -> str:
    if job.failure is None:
        return ""
    template, facts = job.failure
    return _(template).format_map(facts)


def _note(job: ImportFacts) -> str:
    products = job.report.get("products", 0)
    return ngettext("%(count)s product read", "%(count)s products read", products) % {"count": products}


urlpatterns = [
    path("imports", imports, name="studio_imports"),
    path("imports/<str:import_id>", one_import, name="studio_import"),
    path("imports/<str:import_id>/progress", import_progress, name="studio_import_progress"),
    path("imports/<str:import_id>/errors", import_errors, name="studio_import_errors"),
    path("export/products", export, name="studio_export"),
]
