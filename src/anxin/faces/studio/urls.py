"""Addresses of the studio, listed subject by subject."""

from django.urls import URLPattern, URLResolver

from anxin.faces.studio import (
    claims,
    complaints,
    conversations,
    dashboard,
    deposit,
    disputes,
    freight,
    imports,
    insurance,
    money,
    onboarding,
    orders,
    prices,
    products,
    promises,
    reviews,
    score,
    shop,
    staff,
    statements,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *imports.urlpatterns,
    *prices.urlpatterns,
    *products.urlpatterns,
    *dashboard.urlpatterns,
    *orders.urlpatterns,
    *claims.urlpatterns,
    *disputes.urlpatterns,
    *conversations.urlpatterns,
    *money.urlpatterns,
    *statements.urlpatterns,
    *onboarding.urlpatterns,
    *shop.urlpatterns,
    *freight.urlpatterns,
    *promises.urlpatterns,
    *deposit.urlpatterns,
    *staff.urlpatterns,
    *reviews.urlpatterns,
    *complaints.urlpatterns,
    *score.urlpatterns,
    *insurance.urlpatterns,
]
