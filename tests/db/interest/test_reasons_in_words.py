"""A card's reason in words: who only looked at something is not told that they liked it."""

import pytest
from django.utils.translation import override
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator

from anxin.faces.why import words_of
from anxin.market.content.queries import posts
from anxin.market.interest.commands import Why

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("source", "was_liked", "chinese", "english"),
    [
        ("content", True, "因为你喜欢过《露营清单》", "Because you liked “Camping list”"),
        ("content", False, "因为你看过《露营清单》", "Because you looked at “Camping list”"),
        ("regression", False, "与你看过的《露营清单》相配", "Goes with “Camping list”, which you looked at"),
        ("fresh", False, "刚刚发布", "New in the market"),
    ],
)
def test_words_tell_liking_from_looking(source, was_liked, chinese, english):
    post = a_public_post(a_creator(), title="露营清单", title_en="Camping list")
    why = Why(source, posts.card(post, person_id=None), was_liked)
    with override("en"):
        assert words_of(why) == english
    with override("zh-hans"):
        assert words_of(why) == chinese
