"""Jobs, deadlines and events: what waits, what failed, try again; and the settings of this installation."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation
from anxin.infra import operations
from anxin.infra.clock import now
from anxin.infra.config import config

HIDDEN = {"DATABASE_URL"}  # it may hold a password


@require_GET
@operation("desk.jobs")
def jobs(request: HttpRequest) -> HttpResponse:
    """Show what the worker has to do and what failed."""
    return render(request, "desk/jobs.html", {"plumbing": operations.plumbing(now=now())})


@require_POST
@operation("desk.jobs")
def try_again(request: HttpRequest, identity: UUID) -> HttpResponse:
    """Have a failed event or deadline tried at once."""
    if operations.try_again(identity, now=now()):
        messages.success(request, _("The worker tries it again now."))
    else:
        messages.info(request, _("It is done already."))
    return redirect("desk_jobs")


@require_GET
@operation("desk.settings")
def settings(request: HttpRequest) -> HttpResponse:
    """Show every setting of this process; they are changed by the environment, not here."""
    present = config()
    by_variable = {field.metadata["env"]: name for name, field in type(present).__dataclass_fields__.items()}
    rows = [
        (variable, _hidden(variable, str(getattr(present, by_variable[variable]))), default, meaning)
        for variable, default, meaning in type(present).described()
    ]
    return render(request, "desk/settings.html", {"rows": rows})


def _hidden(variable: str, value: str) -> str:
    return "••••••" if value and (variable in HIDDEN or "PASSWORD" in variable or "SECRET" in variable) else value


urlpatterns = [
    path("jobs", jobs, name="desk_jobs"),
    path("jobs/<uuid:identity>/again", try_again, name="desk_try_again"),
    path("settings", settings, name="desk_settings"),
]
