"""Likes, favourites, shares, comments, reports: said once, counted right, and nobody waits for anybody."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from tests.builders.content import a_draft, a_public_post, a_reviewer
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.work import work

from anxin.infra import tallies
from anxin.infra.doctor import CHECKS
from anxin.infra.models import Tally, TallyChange
from anxin.kernel.ids import new_id
from anxin.market.content.commands import comments, posts, reactions, reviews
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.posts import Visibility
from anxin.market.content.commands.reactions import ReportReason
from anxin.market.content.domain import talk as rules
from anxin.market.content.errors import talk as errors
from anxin.market.content.errors.posts import ReviewerIsParty, UnknownPost
from anxin.market.content.models import Like
from anxin.market.content.queries import comments as talk
from anxin.market.content.queries import posts as read
from anxin.market.content.queries.kept import kept_by
from anxin.market.creators import queries as creators
from anxin.market.people.commands import erase

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def creator():
    return a_creator(name="小鹿")


@pytest.fixture
def post(creator):
    return a_public_post(creator)


def counts(post):
    return read.counts_by_id([post])[post]


def said(post, text="好看", *, person=None, key=None, reply_to=None, now=NOW):
    wanted = NewComment(text, key or str(new_id()), reply_to)
    return comments.comment(post, wanted, person_id=person or a_person(), now=now)


def texts(post, person=None):
    return [each.text for each in talk.comments_of(post, person_id=person).items]


def test_likes_and_favourites_are_said_once_and_taken_back_once(post):
    people = [a_person(), a_person()]
    for person in (*people, people[0]):
        reactions.like_post(post, person_id=person, now=NOW)
        reactions.keep_post(post, person_id=person, now=NOW)
    assert (counts(post).likes, counts(post).favourites) == (2, 2)
    cards = read.cards([post], person_id=people[0])
    assert read.mine(people[0], cards).liked == read.mine(people[0], cards).kept == {post}
    assert [each.post_id for each in kept_by(people[0]).items] == [post]
    for _ in range(2):
        reactions.unlike_post(post, person_id=people[0])
        reactions.let_post_go(post, person_id=people[0])
    assert (counts(post).likes, counts(post).favourites) == (1, 1)
    CHECKS["content.counts"]()


def test_what_one_may_not_see_one_cannot_like_keep_share_or_comment_on(creator):
    hidden, person = a_draft(creator), a_person()
    closed = a_public_post(creator, visibility=Visibility.PRIVATE)
    for act in (reactions.like_post, reactions.keep_post, reactions.share_post):
        for post in (hidden, closed):
            with pytest.raises(UnknownPost):
                act(post, person_id=person, now=NOW)
    with pytest.raises(UnknownPost):
        said(closed, person=person)


def test_likes_of_one_minute_are_limited(creator, post):
    person = a_person()
    others = [a_public_post(creator) for _ in range(2)]
    row = Like(post_id=others[0], person_id=person, at=NOW)
    row.save()
    facts = {"person_id": person, "at": NOW}
    from anxin.market.content.models import Post

    template = Post.objects.defer("words").get(pk=post)
    more = [
        Post(creator_id=creator, person_id=template.person_id, kind="note", created_at=NOW)
        for _ in range(rules.LIKES_A_MINUTE_MAX - 1)
    ]
    Post.objects.bulk_create(more)
    Like.objects.bulk_create(Like(post=each, **facts) for each in more)
    with pytest.raises(errors.TooFast):
        reactions.like_post(others[1], person_id=person, now=NOW + timedelta(seconds=59))
    reactions.like_post(others[1], person_id=person, now=NOW + MINUTE)


def test_a_short_link_is_one_a_person_and_leads_to_the_post(post):
    person = a_person()
    code = reactions.share_post(post, person_id=person, now=NOW)
    assert (
        reactions.share_post(post, person_id=person, now=NOW)
        == code
        != reactions.share_post(post, person_id=a_person(), now=NOW)
    )
    assert reactions.open_share(code) == post
    assert counts(post).shares == 2
    with pytest.raises(errors.UnknownShare):
        reactions.open_share("nowhere")


def test_a_thread_holds_replies_to_replies_and_counts_them(post):
    first = said(post, "好看")
    reply = said(post, "哪里买", reply_to=first)
    answer = said(post, "点左下角", reply_to=reply)
    page = talk.comments_of(post, person_id=None)
    assert [(each.text, each.replies) for each in page.items] == [("好看", 2)]
    assert [each.id for each in talk.replies_to(first, person_id=None).items] == [reply, answer]
    assert [each.id for each in talk.first_replies(page.items)[first]] == [reply, answer]
    assert counts(post).comments == 3
    CHECKS["content.counts"]()


def test_the_same_comment_sent_twice_is_said_once(post):
    person = a_person()
    assert said(post, person=person, key="k") == said(post, person=person, key="k")
    with pytest.raises(errors.KeyReused):
        said(post, "别的", person=person, key="k")
    assert counts(post).comments == 1


@pytest.mark.parametrize("key", ["k" * 65])
def test_a_key_that_is_too_long_is_refused(post, key):
    with pytest.raises(errors.BadKey):
        said(post, key=key)


@pytest.mark.parametrize(("text", "refusal"), [("  ", errors.CommentEmpty), ("长" * 301, errors.CommentTooLong)])
def test_an_empty_or_endless_comment_is_refused(post, text, refusal):
    with pytest.raises(refusal):
        said(post, text)


def test_comments_of_one_minute_are_limited(post):
    person = a_person()
    for number in range(rules.COMMENTS_A_MINUTE_MAX):
        said(post, f"第 {number} 条", person=person)
    with pytest.raises(errors.TooFast):
        said(post, "又一条", person=person)
    said(post, "又一条", person=person, now=NOW + MINUTE)


def test_a_reply_belongs_to_a_comment_on_the_same_post(creator, post):
    elsewhere = said(a_public_post(creator))
    with pytest.raises(errors.UnknownComment):
        said(post, reply_to=elsewhere)


def test_names_are_masked_but_creators_speak_under_theirs(creator, post):
    said(post, "路人")
    said(post, "作者", person=creators.creator(creator).person_id)
    by_author, by_stranger = talk.comments_of(post, person_id=None).items
    assert (by_author.author, by_author.is_of_creator, by_author.creator.id) == ("小鹿", True, creator)
    assert "***" in by_stranger.author
    assert by_stranger.creator is None


def test_a_creator_pins_one_comment_and_takes_others_off(creator, post):
    first, second = said(post, "一"), said(post, "二")
    comments.pin_comment(first, creator_id=creator)
    assert texts(post) == ["一", "二"]
    with pytest.raises(UnknownPost):
        comments.pin_comment(second, creator_id=a_creator())
    comments.hide_comment(first, creator_id=creator)
    assert texts(post) == ["二"]
    comments.pin_comment(second, creator_id=creator)
    comments.unpin_comment(post, creator_id=creator)
    assert [each.is_pinned for each in talk.comments_of(post, person_id=None).items] == [False]
    assert counts(post).comments == 1


def test_a_removed_comment_keeps_the_place_of_its_thread(post):
    person = a_person()
    first = said(post, "收回", person=person)
    said(post, "回复", reply_to=first)
    with pytest.raises(errors.UnknownComment):
        comments.remove_comment(first, person_id=a_person())
    comments.remove_comment(first, person_id=person)
    (kept,) = talk.comments_of(post, person_id=None).items
    assert (kept.text, kept.author, kept.replies, counts(post).comments) == ("", "", 1, 1)
    CHECKS["content.counts"]()


def test_a_comment_is_liked_once(post):
    comment, person = said(post), a_person()
    for _ in range(2):
        reactions.like_comment(comment, person_id=person, now=NOW)
    assert talk.comment(comment, person_id=None).likes == 1
    assert talk.liked_comments(person, [comment]) == {comment}
    reactions.unlike_comment(comment, person_id=person)
    assert talk.comment(comment, person_id=None).likes == 0


def test_reports_bring_posts_and_comments_to_the_desk_once(post):
    comment, person, reviewer = said(post), a_person(), a_reviewer()
    for _ in range(2):
        reactions.report(post, ReportReason.SPAM, "广告", person_id=person, now=NOW)
        reactions.report(post, ReportReason.INSULT, comment_id=comment, person_id=person, now=NOW)
    assert [each.reason for each in read.reports_of(post)] == ["spam"]
    assert [each.id for each in read.reported_posts().items] == [post]
    assert talk.reasons_of([comment]) == {comment: ("insult",)}
    reviews.dismiss_reports(post, by=reviewer, now=NOW)
    reviews.decide_comment(comment, hide=True, by=reviewer, now=NOW)
    assert (read.reported_posts().items, talk.reported_comments().items, texts(post)) == ((), (), [])
    assert read.waiting_counts() == (0, 0)
    CHECKS["content.counts"]()


def test_nobody_decides_about_their_own_comment(post):
    reviewer = a_reviewer()
    comment = said(post, person=reviewer)
    with pytest.raises(ReviewerIsParty):
        reviews.decide_comment(comment, hide=False, by=reviewer, now=NOW)


def test_an_erased_person_leaves_words_without_a_name_and_no_likes(post):
    person = a_person()
    said(post, "好看", person=person)
    reactions.like_post(post, person_id=person, now=NOW)
    erase(person, now=NOW)
    work(NOW)
    assert (texts(post), talk.comments_of(post, person_id=None).items[0].author) == (["好看"], "")
    assert counts(post).likes == 0
    CHECKS["content.counts"]()


@pytest.mark.django_db(transaction=True)
def test_likes_of_one_hot_video_do_not_wait_for_each_other_nor_for_the_fold(creator, post):
    """While one like is not committed, and the counter's row is locked, another goes through at once."""
    first, second = a_person(), a_person()
    Tally.objects.create(subject=post, kind="likes", count=0)

    def elsewhere():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            reactions.like_post(post, person_id=second, now=NOW)
            liked.append(second)
        finally:
            connections.close_all()

    liked = []
    with transaction.atomic():
        reactions.like_post(post, person_id=first, now=NOW)
        Tally.objects.select_for_update().get(subject=post)
        other = threading.Thread(target=elsewhere)
        other.start()
        other.join()
    assert liked == [second]
    while tallies.fold_batch():
        pass
    assert (Tally.objects.get(subject=post, kind="likes").count, TallyChange.objects.count()) == (2, 0)
    CHECKS["content.counts"]()


@pytest.mark.django_db(transaction=True)
def test_two_folds_at_once_count_every_step_once(post):
    tallies.count_many([(post, "likes", 1)] * 7_000)

    def fold():
        try:
            while tallies.fold_batch():
                pass
        finally:
            connections.close_all()

    folders = [threading.Thread(target=fold) for _ in range(2)]
    for each in folders:
        each.start()
    for each in folders:
        each.join()
    assert (counts(post).likes, Tally.objects.get(subject=post).count) == (7_000, 7_000)


def test_visibility_taken_back_closes_the_talk(creator, post):
    comment = said(post)
    posts.set_visibility(post, Visibility.PRIVATE, creator_id=creator, now=NOW)
    with pytest.raises(UnknownPost):
        talk.replies_to(comment, person_id=a_person())
