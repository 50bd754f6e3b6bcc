"""The operators' first page: what waits for the one who looks, and whether every invariant holds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.infra import operations
from anxin.infra.clock import now
from anxin.infra.doctor import examine
from anxin.market.catalog import queries as catalog
from anxin.market.content.queries import posts
from anxin.market.guarantee.queries import disputes
from anxin.market.payments import queries as payments
from anxin.market.people.queries import allows
from anxin.market.service.queries import complaints
from anxin.market.shops.queries import applications


@dataclass(frozen=True)
class Queue:
    """A queue of the desk: its page, whom it is for, and how many wait in it."""

    page: str
    label: str | Promise
    icon: str
    operation: str
    count: Callable[[HttpRequest], int]


QUEUES = (
    Queue(
        "desk_shop_reviews",
        _("Shop applications"),
        "store",
        "desk.shops.review",
        lambda _request: applications.waiting_count(),
    ),
    Queue(
        "desk_product_reviews",
        _("Product review"),
        "package-check",
        "desk.products.review",
        lambda _request: sum(catalog.waiting_reviews().values()),
    ),
    Queue("desk_content", _("Content review"), "play", "desk.content", lambda _request: sum(posts.waiting_counts())),
    Queue(
        "desk_disputes",
        _("Disputes to decide"),
        "scale",
        "desk.disputes.read",
        lambda request: disputes.queue_counts(person_of(request))["waiting"],
    ),
    Queue(
        "desk_complaints",
        _("Complaints in hand"),
        "message-square",
        "desk.complaints",
        lambda _request: complaints.waiting_count(),
    ),
    Queue(
        "desk_reconciliation",
        _("Open differences"),
        "git-compare",
        "desk.reconcile",
        lambda _request: len(payments.differences(state="open", limit=100).items),
    ),
    Queue(
        "desk_jobs",
        _("Failing jobs"),
        "workflow",
        "desk.jobs",
        lambda _request: operations.plumbing(now=now()).failing,
    ),
)


@require_GET
@operation("desk.home")
def home(request: HttpRequest) -> HttpResponse:
    """Show the queues that are the reader's, with their lengths; `?doctor=1` runs every check now."""
    actor = actor_of_request(request)
    facts = {
        "waiting": [(one, one.count(request)) for one in QUEUES if allows(actor, one.operation)],
        "results": list(examine()) if "doctor" in request.GET else None,
    }
    return render(request, "desk/home.html", facts)


urlpatterns = [path("", home, name="desk_home")]
