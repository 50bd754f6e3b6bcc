"""Addresses of the API. Every router is listed here: its address below /api/v1, the router, and its name for people."""

from ninja import Router

from anxin.faces.api import (
    applications,
    catalog,
    claims,
    complaints,
    content,
    conversations,
    creators,
    desk_disputes,
    disputes,
    events,
    fund,
    goods,
    insurance,
    leaving,
    me,
    notices,
    orders,
    own_creators,
    own_figures,
    own_posts,
    payments,
    pickups,
    promises,
    recommendations,
    reviews,
    settlement,
    shipping,
    shop_claims,
    shop_orders,
    shops,
    standing_posts,
    uploads,
)
from anxin.faces.api.app import make_api
from anxin.faces.api.docs import docs_patterns

ROUTERS: tuple[tuple[str, Router, str], ...] = (
    ("", goods.router, "Products"),
    ("", recommendations.router, "Products"),
    ("", me.router, "The caller"),
    ("", notices.router, "The caller"),
    ("", events.router, "Events and interests"),
    ("", catalog.router, "Catalog"),
    ("", content.router, "Feed, videos and notes"),
    ("", creators.router, "Creators"),
    ("", own_creators.router, "For creators"),
    ("", uploads.router, "For creators"),
    ("", own_posts.router, "For creators"),
    ("", standing_posts.router, "For creators"),
    ("", own_figures.router, "For creators"),
    ("", orders.router, "Orders"),
    ("", shop_orders.router, "Shop orders"),
    ("", claims.router, "After-sale"),
    ("", pickups.router, "After-sale"),
    ("", shop_claims.router, "Shop after-sale"),
    ("", payments.router, "Payments"),
    ("", settlement.router, "Shop money"),
    ("", fund.router, "Protection fund"),
    ("", conversations.router, "Conversations"),
    ("", promises.router, "Promises"),
    ("", insurance.router, "Insurance and compensations"),
    ("", reviews.router, "Reviews"),
    ("", complaints.router, "Complaints and score"),
    ("", disputes.router, "Disputes"),
    ("", desk_disputes.router, "The desk: disputes"),
    ("", shops.router, "Shops"),
    ("", leaving.router, "Shops"),
    ("", applications.router, "Opening a shop"),
    ("", shipping.router, "Shipping"),
)

app_name = "api"
api = make_api(ROUTERS, namespace=app_name)
urlpatterns = [*docs_patterns(api), *api.patterns()]
