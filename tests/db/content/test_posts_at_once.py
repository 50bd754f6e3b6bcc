"""A draft that is saved twice at once, over real connections."""

from functools import partial

import pytest
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.together import together

from anxin.kernel.ids import new_id
from anxin.market.content.commands.posts import Draft, PostKind, create_post
from anxin.market.content.errors.posts import DraftChanged
from anxin.market.content.models import Post
from anxin.market.creators import queries as creators

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_begun_under_one_id_at_once_is_begun_once_and_the_others_are_told():
    person, post = a_person(), new_id()
    speaker = creators.creator(a_creator(person_id=person))
    begin = partial(create_post, speaker, Draft(PostKind.NOTE, "一"), by=person, now=NOW, post_id=post)
    outcomes = together(*[begin] * 6)
    assert outcomes.count(post) == 1
    assert sum(isinstance(outcome, DraftChanged) for outcome in outcomes) == 5
    assert Post.objects.count() == 1
