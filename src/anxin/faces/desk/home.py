"""The operators' first page: what waits for a person, and whether every invariant holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.infra import operations
from anxin.infra.clock import now
from anxin.infra.doctor import examine
from anxin.market.catalog import queries as catalog
from anxin.market.content.queries import posts
from anxin.market.payments import queries as payments
from anxin.market.shops.queries import applications


@require_GET
@operation("desk.home")
def home(request: HttpRequest) -> HttpResponse:
    """Show the queues with their lengths; `?doctor=1` runs every check now."""
    facts = {
        "applications": applications.waiting_count(),
        "reviews": sum(catalog.waiting_reviews().values()),
        "posts": sum(posts.waiting_counts()),
        "differences": len(payments.differences(state="open", limit=100).items),
        "plumbing": operations.plumbing(now=now()),
        "results": list(examine()) if "doctor" in request.GET else None,
    }
    return render(request, "desk/home.html", facts)


urlpatterns = [path("", home, name="desk_home")]
