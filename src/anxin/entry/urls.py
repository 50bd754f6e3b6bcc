"""Every address of the web server, by face."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from anxin.faces.access import operation


@operation("desk.admin")
def back_office_login(_request: HttpRequest) -> HttpResponse:
    """Stand in for the admin's own login, which knows neither limits nor a second step: one logs in where all do."""
    return redirect("admin:index")


admin.site.login = back_office_login  # type: ignore[assignment, method-assign]

urlpatterns = [
    path("api/v1/", include("anxin.faces.api.urls")),  # first: programs need not be compared with every page
    path("", include("anxin.faces.storefront.urls")),
    path("studio/", include("anxin.faces.studio.urls")),
    path("desk/", include("anxin.faces.desk.urls")),
    path("admin/", admin.site.urls),
]
