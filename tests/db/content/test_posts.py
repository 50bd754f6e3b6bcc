"""Videos and notes: from draft to public and back, seen by those who may, found in both languages."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.content import a_draft, a_public_post, a_reviewer, a_submitted_post, a_video_file
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person
from tests.builders.shops import a_picture
from tests.support.work import work

from anxin.infra.doctor import CHECKS
from anxin.infra.media import store_picture
from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.content.commands import posts, reviews
from anxin.market.content.commands.posts import Anchor, Draft, PostKind, Visibility
from anxin.market.content.commands.reviews import RejectReason, Verdict
from anxin.market.content.domain import posts as rules
from anxin.market.content.errors import posts as errors
from anxin.market.content.errors.uploads import UnknownUpload
from anxin.market.content.models import Media
from anxin.market.content.queries import posts as read
from anxin.market.content.queries.posts import PostState
from anxin.market.creators import commands as creator_commands
from anxin.market.creators import queries as creators
from anxin.market.creators.errors import NotOnSale
from anxin.market.people.commands import erase
from anxin.market.people.queries import acts_about

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def creator():
    return a_creator(name="小鹿", name_en="Deer")


def state(post):
    return read.post(post).state


def kinds():
    return [each.kind for each in OutboxEvent.objects.filter(kind__startswith="content.").order_by("id")]


@pytest.mark.parametrize("kind", list(PostKind))
def test_a_post_goes_from_draft_over_review_to_the_public(creator, kind):
    product = a_product(a_shop())
    post = a_submitted_post(creator, kind, anchors=(Anchor(product, 0, "同款"),))
    with pytest.raises(errors.UnknownPost):
        read.card(post, person_id=None)
    reviews.approve_post(post, by=a_reviewer(), now=NOW)
    card = read.card(post, person_id=None)
    assert (card.creator.id, card.post.topics, card.goods[0][1].id) == (creator, ("通勤穿搭", "office"), product)
    assert card.goods[0][0].link_id == creators.links_of(creator, [product])[product]
    assert card.post.cover
    fact = OutboxEvent.objects.get(kind="content.published").payload
    assert (fact["post_id"], fact["product_ids"]) == (str(post), [str(product)])
    assert len(acts_about(f"post:{post}")) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"caption": "长" * 1_001}, errors.PostTextTooLong),
        ({"title": "长" * 61}, errors.PostTextTooLong),
        ({"caption": " ".join(f"#t{n}" for n in range(11))}, errors.TopicsTooMany),
        ({"pictures": ("a" * 40,)}, errors.PictureUnknown),
        ({"pictures": tuple(f"{n:040d}" for n in range(10))}, errors.PicturesWrong),
        ({"anchors": (Anchor(UUID(int=1)),)}, NotOnSale),
        ({"anchors": (Anchor(UUID(int=1)), Anchor(UUID(int=1), 5))}, errors.AnchorsTooMany),
        ({"anchors": (Anchor(UUID(int=1), -1),)}, errors.AnchorBeyondEnd),
        ({"anchors": (Anchor(UUID(int=1), 0, "长" * 21),)}, errors.PostTextTooLong),
        ({"publish_at": NOW + timedelta(minutes=4)}, errors.ScheduleWrong),
        ({"publish_at": NOW + timedelta(days=31)}, errors.ScheduleWrong),
    ],
)
def test_what_a_draft_may_not_hold_is_refused(creator, change, refusal):
    with pytest.raises(refusal):
        a_draft(creator, **change)
    assert read.posts_of(creator).items == ()


def test_a_video_of_somebody_else_cannot_be_used(creator):
    with pytest.raises(UnknownUpload):
        a_draft(creator, PostKind.VIDEO, media_id=a_video_file(a_creator()))


@pytest.mark.parametrize(
    ("kind", "change", "refusal"),
    [
        (PostKind.NOTE, {"caption": "", "caption_en": ""}, errors.CaptionMissing),
        (PostKind.NOTE, {"pictures": ()}, errors.PicturesWrong),
        (PostKind.VIDEO, {"media_id": None}, errors.VideoMissing),
    ],
)
def test_an_unfinished_draft_is_kept_but_not_handed_in(creator, kind, change, refusal):
    post = a_draft(creator, kind, **change)
    with pytest.raises(refusal):
        posts.submit_post(post, creator_id=creator, now=NOW)
    assert state(post) is PostState.DRAFT


def test_a_product_is_shown_within_the_video(creator):
    product = a_product(a_shop())
    late = a_draft(creator, PostKind.VIDEO, anchors=(Anchor(product, 5_001),))
    with pytest.raises(errors.AnchorBeyondEnd):
        posts.submit_post(late, creator_id=creator, now=NOW)


def test_only_a_draft_can_be_changed_and_only_by_its_creator(creator):
    post = a_submitted_post(creator)
    draft = Draft(PostKind.NOTE, "新文案 #新")
    with pytest.raises(errors.NotEditable):
        posts.edit_post(post, draft, creator_id=creator, now=NOW)
    with pytest.raises(errors.UnknownPost):
        posts.withdraw_post(post, creator_id=a_creator(), now=NOW)
    posts.withdraw_post(post, creator_id=creator, now=NOW)
    posts.edit_post(post, draft, creator_id=creator, now=NOW)
    assert (read.post(post).caption, read.post(post).topics) == ("新文案 #新", ("新",))


def test_a_rejected_post_says_why_and_can_be_mended(creator):
    post = a_submitted_post(creator)
    reviewer = a_reviewer()
    with pytest.raises(errors.ReasonMissing):
        reviews.reject_post(post, Verdict(()), by=reviewer, now=NOW)
    reviews.reject_post(post, Verdict([RejectReason.SOB_STORY], "卖惨"), by=reviewer, now=NOW)
    assert (read.post(post).reasons, read.post(post).decision_note) == (("sob_story",), "卖惨")
    posts.edit_post(post, Draft(PostKind.NOTE, "改好了"), creator_id=creator, now=NOW)
    assert state(post) is PostState.DRAFT
    with pytest.raises(errors.PicturesWrong):
        posts.submit_post(post, creator_id=creator, now=NOW)


def test_nobody_decides_about_their_own_post(creator):
    post = a_submitted_post(creator)
    with pytest.raises(errors.ReviewerIsParty):
        reviews.approve_post(post, by=creators.creator(creator).person_id, now=NOW)


def test_a_decision_is_made_once(creator):
    post = a_public_post(creator)
    with pytest.raises(IllegalStep):
        reviews.approve_post(post, by=a_reviewer(), now=NOW)


def test_a_planned_post_comes_out_at_its_moment(creator):
    post = a_submitted_post(creator, publish_at=NOW + DAY)
    reviews.approve_post(post, by=a_reviewer(), now=NOW)
    assert state(post) is PostState.SCHEDULED
    CHECKS["content.waiting_has_deadlines"]()
    work(NOW + DAY - timedelta(seconds=1))
    assert state(post) is PostState.SCHEDULED
    work(NOW + DAY)
    work(NOW + DAY)
    assert read.card(post, person_id=None).post.published_at == NOW + DAY
    assert kinds().count("content.published") == 1


def test_a_planned_post_that_was_taken_back_does_not_come_out(creator):
    post = a_submitted_post(creator, publish_at=NOW + DAY)
    reviews.approve_post(post, by=a_reviewer(), now=NOW)
    posts.withdraw_post(post, creator_id=creator, now=NOW)
    reviews.publish_due(post, now=NOW + DAY)
    work(NOW + DAY)
    assert state(post) is PostState.DRAFT


def test_hidden_and_shown_again_and_removed_for_good(creator):
    post, reviewer = a_public_post(creator), a_reviewer()
    reviews.hide_post(post, Verdict([RejectReason.VULGAR], "…"), by=reviewer, now=NOW)
    assert read.cards([post], person_id=None) == []
    reviews.restore_post(post, by=reviewer, now=NOW)
    assert read.card(post, person_id=None).post.reasons == ()
    posts.remove_post(post, creator_id=creator, now=NOW)
    with pytest.raises(errors.UnknownPost):
        read.post(post)
    assert kinds() == ["content.published", "content.unpublished", "content.published", "content.unpublished"]


def test_visibility_decides_who_sees_a_post(creator):
    fan, stranger, speaker = a_person(), a_person(), creators.creator(creator).person_id
    creator_commands.follow(creator, person_id=fan, now=NOW)
    post = a_public_post(creator)

    def seers():
        return [who for who in (None, stranger, fan, speaker) if read.cards([post], person_id=who)]

    assert seers() == [None, stranger, fan, speaker]
    posts.set_visibility(post, Visibility.FOLLOWERS, creator_id=creator, now=NOW)
    assert seers() == [fan, speaker]
    posts.set_visibility(post, Visibility.PRIVATE, creator_id=creator, now=NOW)
    assert seers() == [speaker]
    assert read.newest_posts().items == read.search_posts("穿搭").items == ()
    assert kinds().count("content.visibility_changed") == 2


def test_posts_are_found_by_chinese_and_english_words_topics_creators_and_goods(creator):
    product = a_product(a_shop(), title="羊毛围巾")
    post = a_public_post(creator, title="三分钟出门", title_en="Out in three minutes", anchors=(Anchor(product),))
    a_public_post(a_creator(name="老王", name_en="Wang"), caption="修自行车", caption_en="Bicycles")
    for text in ("通勤穿搭", "出门", "minute", "wear", "deer", "小鹿", "围巾"):
        assert [each.post.id for each in read.search_posts(text).items] == [post], text
    assert read.search_posts("围巾", PostKind.VIDEO).items == read.search_posts("冰箱").items == ()
    assert [each.post.id for each in read.posts_with_topic("#OFFICE", person_id=None).items] == [post]
    assert [each.post.id for each in read.posts_with_product(product, person_id=None).items] == [post]


def test_lists_are_read_page_by_page_without_holes(creator):
    made = [a_public_post(creator, now=NOW + timedelta(minutes=number // 2)) for number in range(5)]
    for reading in (
        lambda cursor: read.newest_posts(cursor=cursor, limit=2),
        lambda cursor: read.public_posts_of(creator, person_id=None, cursor=cursor, limit=2),
        lambda cursor: read.posts_of(creator, cursor=cursor, limit=2),
        lambda cursor: read.search_posts("穿搭", cursor=cursor, limit=2),
    ):
        found, cursor = [], None
        while True:
            page = reading(cursor)
            found += [getattr(each, "post", each).id for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert sorted(found) == sorted(made)
    assert read.states_of(creator)[PostState.PUBLIC] == 5


def test_the_feed_of_follows_shows_what_followed_creators_published(creator):
    fan = a_person()
    post = a_public_post(creator)
    a_public_post(a_creator())
    creator_commands.follow(creator, person_id=fan, now=NOW)
    assert [each.post.id for each in read.posts_followed(fan).items] == [post]


def test_the_queue_is_read_the_longest_waiting_first(creator):
    first, second = a_submitted_post(creator), a_submitted_post(creator)
    page = read.review_queue(limit=1)
    assert [each.id for each in page.items] == [first]
    assert [each.id for each in read.review_queue(cursor=page.next_cursor).items] == [second]
    assert read.waiting_counts() == (2, 0)


def test_mentions_are_creators_who_exist(creator):
    other = a_creator(handle="laowang")
    post = a_draft(creator, caption="和 @LaoWang @nobody.here 一起")
    assert read.post(post).mentions == (other,)


def test_drafts_are_limited(creator):
    from anxin.market.content.models import Post

    facts = {"creator_id": creator, "person_id": creators.creator(creator).person_id, "kind": "note", "created_at": NOW}
    Post.objects.bulk_create(Post(**facts) for _ in range(rules.OPEN_DRAFTS_MAX))
    with pytest.raises(errors.DraftsTooMany):
        a_draft(creator)


def test_what_an_erased_creator_showed_is_removed(creator):
    post = a_public_post(creator)
    erase(creators.creator(creator).person_id, now=NOW)
    work(NOW)
    assert read.cards([post], person_id=None) == []
    assert "content.unpublished" in kinds()


def test_a_list_of_posts_takes_the_same_few_statements_however_long(creator, django_assert_max_num_queries):
    product = a_product(a_shop())
    made = [a_public_post(creator, kind, anchors=(Anchor(product),)) for kind in PostKind for _ in range(3)]
    with django_assert_max_num_queries(6):
        assert len(read.cards(made, person_id=None)) == 6


def test_a_creator_is_told_what_was_decided_until_they_saw_it(creator):
    passed, refused, waiting = (a_submitted_post(creator) for _ in range(3))
    assert read.decisions_unread(creator) == []
    reviews.approve_post(passed, by=a_reviewer(), now=NOW)
    reviews.reject_post(refused, Verdict([RejectReason.VULGAR], "封面"), by=a_reviewer(), now=NOW + DAY)
    assert [each.id for each in read.decisions_unread(creator)] == [refused, passed]
    version = read.post(passed).version
    posts.note_decisions_read(a_creator(), [passed])
    posts.note_decisions_read(creator, [passed, waiting])
    assert [each.id for each in read.decisions_unread(creator)] == [refused]
    assert read.post(passed).version == version
    reviews.hide_post(passed, Verdict([RejectReason.VULGAR]), by=a_reviewer(), now=NOW + 2 * DAY)
    assert [each.id for each in read.decisions_unread(creator)] == [passed, refused]
    posts.edit_post(
        refused, Draft(PostKind.NOTE, "新封面", pictures=read.post(refused).pictures), creator_id=creator, now=NOW
    )
    posts.submit_post(refused, creator_id=creator, now=NOW + 2 * DAY)
    assert [each.id for each in read.decisions_unread(creator)] == [passed]


def test_a_video_shows_its_sharpest_frame_until_another_cover_is_chosen(creator):
    post = a_draft(creator, PostKind.VIDEO)
    found = read.post(post)
    sharpest, *others = found.media.covers
    assert found.cover == found.media.poster == sharpest
    draft = Draft(PostKind.VIDEO, "裙子", media_id=found.media.id, cover=others[0])
    posts.edit_post(post, draft, creator_id=creator, now=NOW)
    assert read.post(post).cover == others[0]
    own = store_picture(a_picture())
    posts.edit_post(post, replace(draft, cover=own), creator_id=creator, now=NOW)
    assert read.post(post).cover == own
    with pytest.raises(errors.PictureUnknown):
        posts.edit_post(post, replace(draft, cover="f" * 40), creator_id=creator, now=NOW)
    posts.submit_post(post, creator_id=creator, now=NOW)
    reviews.approve_post(post, by=a_reviewer(), now=NOW)
    assert read.card(post, person_id=None).post.cover == own


def test_a_frame_of_another_video_is_no_cover(creator):
    post = a_draft(creator, PostKind.VIDEO)
    frame, other = read.post(post).media.covers[1], a_video_file(creator)
    draft = Draft(PostKind.VIDEO, "裙子", media_id=other, cover=frame)
    Media.objects.filter(pk=other).update(covers=[], poster="")
    posts.edit_post(post, draft, creator_id=creator, now=NOW)
    assert read.post(post).cover == ""


def test_a_draft_that_was_changed_meanwhile_is_not_overwritten(creator):
    post = a_draft(creator)
    opened = read.post(post)
    draft = Draft(PostKind.NOTE, "一", pictures=opened.pictures)
    posts.edit_post(post, draft, creator_id=creator, now=NOW, version=opened.version)
    with pytest.raises(errors.DraftChanged):
        posts.edit_post(post, replace(draft, caption="二"), creator_id=creator, now=NOW, version=opened.version)
    assert read.post(post).caption == "一"
    posts.edit_post(post, replace(draft, caption="三"), creator_id=creator, now=NOW, version=opened.version + 1)
    assert read.post(post).caption == "三"


def test_what_was_begun_under_an_id_is_not_begun_again(creator):
    facts, post = creators.creator(creator), new_id()
    assert posts.create_post(facts, Draft(PostKind.NOTE, "一"), by=a_person(), now=NOW, post_id=post) == post
    with pytest.raises(errors.DraftChanged):
        posts.create_post(facts, Draft(PostKind.NOTE, "一"), by=a_person(), now=NOW, post_id=post)
