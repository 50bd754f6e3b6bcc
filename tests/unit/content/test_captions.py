"""Captions: topics and mentions in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.market.content.domain.captions import mentions_in, segments, topics_in
from anxin.market.content.domain.posts import LIFE, PostState, Visibility, is_seen


@pytest.mark.parametrize(
    ("caption", "topics", "mentions"),
    [
        ("今天的穿搭 #通勤穿搭 #OOTD", ("通勤穿搭", "ootd"), ()),
        ("#通勤穿搭#春天，和 @Xiao.Lu 一起", ("通勤穿搭", "春天"), ("xiao.lu",)),
        ("＃全角话题 works too", ("全角话题",), ()),
        ("#same #Same #same", ("same",), ()),
        ("mail a@b.example or C# or # alone", (), ()),
        ("(@lu_1), @lu_1!", (), ("lu_1",)),
        ("", (), ()),
    ],
)
def test_topics_and_mentions_are_found_as_people_write_them(caption, topics, mentions):
    assert (topics_in(caption), mentions_in(caption)) == (topics, mentions)


@given(st.text(alphabet="#＃@ab 中文._-!", max_size=60))
def test_the_pieces_of_a_caption_are_the_caption(caption):
    assert "".join(each.text for each in segments(caption)) == caption


def test_every_state_but_removed_can_be_left():
    assert LIFE.ends() == (PostState.REMOVED,)


@pytest.mark.parametrize(
    ("visibility", "speaker", "follower", "seen"),
    [
        (Visibility.PUBLIC, False, False, True),
        (Visibility.FOLLOWERS, False, False, False),
        (Visibility.FOLLOWERS, False, True, True),
        (Visibility.PRIVATE, False, True, False),
        (Visibility.PRIVATE, True, False, True),
    ],
)
def test_visibility_says_who_sees_a_post(visibility, speaker, follower, seen):
    assert is_seen(visibility, is_speaker=speaker, is_follower=follower) is seen
