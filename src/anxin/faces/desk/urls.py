"""Addresses of the desk, listed subject by subject."""

from django.urls import URLPattern, URLResolver

from anxin.faces.desk import (
    case_opening,
    case_talk,
    compensations,
    complaints,
    content,
    deposits,
    disputes,
    fund,
    home,
    insurance,
    ledger,
    lookup,
    operating,
    people,
    product_reviews,
    promises,
    reconciliation,
    reviews,
    shop_reviews,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *lookup.urlpatterns,
    *case_opening.urlpatterns,
    *operating.urlpatterns,
    *product_reviews.urlpatterns,
    *content.urlpatterns,
    *people.urlpatterns,
    *ledger.urlpatterns,
    *reconciliation.urlpatterns,
    *shop_reviews.urlpatterns,
    *deposits.urlpatterns,
    *reviews.urlpatterns,
    *complaints.urlpatterns,
    *fund.urlpatterns,
    *promises.urlpatterns,
    *disputes.urlpatterns,
    *case_talk.urlpatterns,
    *insurance.urlpatterns,
    *compensations.urlpatterns,
]
