"""The archive of what is held about a person: every module's, and no table forgotten."""

import pytest
from django.apps import apps

from anxin.faces.storefront.held import held_about
from anxin.infra.worker import drain
from anxin.market.content.commands.comments import NewComment, comment
from anxin.market.content.commands.reactions import keep_post, like_post
from anxin.market.creators.commands import follow
from anxin.market.creators.queries import creator as facts_of
from anxin.market.orders.commands.cart import CartOwner, put_in_cart
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW, a_shop, a_sku
from tests.builders.people import a_person

pytestmark = pytest.mark.django_db

HELD = {
    "people": ("Membership", "AccessToken", "Address"),
    "orders": ("CartLine", "Order"),
    "creators": ("Creator", "Follow"),
    "content": ("Media", "Post", "Like", "Favourite", "Comment", "CommentLike", "Share", "Report", "Notice"),
    "guarantee": ("Claim", "Compensation", "Dispute", "FreightPolicy", "FreightClaim", "ReturnPickUp"),
    "service": ("Complaint", "Conversation", "Review", "HelpfulVote", "ReviewReport"),
    "interest": ("DeviceLink",),
}
TOLD_ELSEWHERE = {
    "orders.Checkout": "its orders are told",
    "payments.Payment": "its orders are told, with what was paid",
    "payments.Transfer": "its compensation is told, with when it arrived",
    "guarantee.ShipPromise": "its order is told, with when it should have been sent",
    "guarantee.Disbursement": "its claim is told, with what was paid",
    "api.StoredAnswer": "an answer kept for a day, in case the same is asked again",
}


def test_no_table_with_a_person_is_forgotten() -> None:
    """A new table is told by its module's part of the archive, or stands here with the reason why not."""
    with_person = {model._meta.label for model in apps.get_models() if _has_person(model)}
    told = {f"{module}.{table}" for module, tables in HELD.items() for table in tables}
    assert with_person == told | TOLD_ELSEWHERE.keys()


def test_it_holds_what_a_creator_made_and_what_a_follower_liked() -> None:
    creator, admirer = a_creator(), a_person()
    post = a_public_post(creator, title="清晨的山")
    speaker = facts_of(creator).person_id
    assert speaker is not None
    follow(creator, person_id=admirer, now=NOW)
    like_post(post, person_id=admirer, now=NOW)
    keep_post(post, person_id=admirer, now=NOW)
    comment(post, NewComment("好看", key="one"), person_id=admirer, now=NOW)
    drain(NOW)
    made, liked = held_about(speaker), held_about(admirer)
    assert [one["id"] for one in made["creators"]["creator"]] == [creator]
    assert [one["title"] for one in made["content"]["posts"]] == ["清晨的山"]
    assert "comment" in {one["kind"] for one in made["content"]["notices"]}
    assert [one["creator_id"] for one in liked["creators"]["follows"]] == [creator]
    assert [one["post_id"] for one in liked["content"]["likes"] + liked["content"]["favourites"]] == [post, post]
    assert [one["text"] for one in liked["content"]["comments"]] == ["好看"]


def test_it_holds_the_cart() -> None:
    somebody, sku = a_person(), a_sku(a_shop())
    put_in_cart(CartOwner(somebody), sku, 2, now=NOW)
    assert [(one["sku_id"], one["quantity"]) for one in held_about(somebody)["orders"]["cart"]] == [(sku, 2)]


def _has_person(model: type) -> bool:
    return any(field.name in {"person", "person_id"} for field in model._meta.concrete_fields)
