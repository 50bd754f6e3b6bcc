"""Uploads: in parts, each any number of times, and prepared once whatever dies on the way."""

import hashlib
from datetime import timedelta
from functools import partial

import pytest
from tests.builders.content import a_draft, a_video_file, an_upload, some_bytes
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.films import film
from tests.support.work import work

from anxin.infra import vault
from anxin.infra.clips import has_clip, open_clip
from anxin.infra.doctor import CHECKS
from anxin.infra.media import has_picture
from anxin.infra.media_engine import SandboxEngine, VideoDamaged
from anxin.infra.models import Deadline
from anxin.market.content.commands import posts, processing, uploads
from anxin.market.content.commands.posts import PostKind
from anxin.market.content.commands.uploads import Chunk, NewUpload
from anxin.market.content.domain import media as rules
from anxin.market.content.errors import uploads as errors
from anxin.market.content.models import Media
from anxin.market.content.queries import posts as read
from anxin.market.content.queries.uploads import MediaState, unused_uploads, upload
from anxin.market.creators import queries as creators

pytestmark = pytest.mark.django_db
DATA = some_bytes(2_500)


@pytest.fixture
def creator():
    return a_creator()


@pytest.fixture
def person(creator):
    return creators.creator(creator).person_id


@pytest.fixture
def begun(creator, person):
    return uploads.start_upload(NewUpload(creator, " clip.mp4 ", len(DATA)), person_id=person, now=NOW)


def send(begun, person, start, end, *, data=DATA, sha256=""):
    return uploads.receive_chunk(begun, Chunk(start, data[start:end], sha256), person_id=person, now=NOW)


def test_parts_make_the_file_and_each_may_be_sent_again(begun, person):
    assert send(begun, person, 0, 1_000) == 1_000
    assert send(begun, person, 0, 1_000) == 1_000
    assert send(begun, person, 500, 2_000) == 2_000
    assert send(begun, person, 2_000, 2_500) == 2_500
    assert send(begun, person, 2_000, 2_500) == 2_500
    facts = upload(begun, person_id=person)
    assert (facts.state, facts.file_name) == (MediaState.WAITING, "clip.mp4")
    assert vault.read(Media.objects.get(pk=begun).source) == DATA
    CHECKS["content.waiting_has_deadlines"]()


def test_a_part_is_refused_with_where_to_go_on_and_changes_nothing(begun, person):
    send(begun, person, 0, 1_000)
    with pytest.raises(errors.ChunkOutOfOrder) as refused:
        send(begun, person, 1_500, 2_000)
    assert refused.value.offset == 1_000
    with pytest.raises(errors.ChunkDamaged):
        send(begun, person, 1_000, 2_000, sha256=hashlib.sha256(b"other").hexdigest())
    with pytest.raises(errors.ChunkDiffers):
        send(begun, person, 0, 1_000, data=bytes(2_500))
    for start, end in ((2_400, 2_501), (-1, 5), (10, 10)):
        with pytest.raises(errors.ChunkTooLarge):
            uploads.receive_chunk(begun, Chunk(start, bytes(max(0, end - start))), person_id=person, now=NOW)
    assert upload(begun, person_id=person).bytes_received == 1_000
    assert send(begun, person, 1_000, 2_500, sha256=hashlib.sha256(DATA[1_000:]).hexdigest().upper()) == 2_500


def test_nobody_elses_upload_is_seen_or_filled(begun):
    stranger = a_person()
    with pytest.raises(errors.UnknownUpload):
        send(begun, stranger, 0, 10)
    with pytest.raises(errors.UnknownUpload):
        upload(begun, person_id=stranger)


@pytest.mark.parametrize(("length", "refusal"), [(0, errors.FileEmpty), (rules.BYTES_MAX + 1, errors.FileTooLarge)])
def test_a_file_of_the_wrong_size_is_refused_before_a_byte_is_sent(creator, person, length, refusal):
    with pytest.raises(refusal):
        uploads.start_upload(NewUpload(creator, "x", length), person_id=person, now=NOW)


def test_uploads_under_way_are_limited_and_can_be_found_and_cancelled(creator, person):
    made = [
        uploads.start_upload(NewUpload(creator, "x", 5), person_id=person, now=NOW)
        for _ in range(rules.OPEN_UPLOADS_MAX)
    ]
    with pytest.raises(errors.UploadsTooMany):
        uploads.start_upload(NewUpload(creator, "x", 5), person_id=person, now=NOW)
    uploads.cancel_upload(made[0], person_id=person, now=NOW)
    uploads.cancel_upload(made[0], person_id=person, now=NOW)
    assert made[0] not in [each.id for each in unused_uploads(person)]
    with pytest.raises(errors.UploadOver):
        uploads.receive_chunk(made[0], Chunk(0, b"a"), person_id=person, now=NOW)


def test_an_upload_that_never_comes_whole_ends_after_days_and_leaves_nothing(begun, person):
    send(begun, person, 0, 100)
    source = Media.objects.get(pk=begun).source
    work(NOW + rules.UPLOAD_LIFE - timedelta(minutes=1))
    assert upload(begun, person_id=person).state is MediaState.RECEIVING
    work(NOW + rules.UPLOAD_LIFE + timedelta(minutes=1))
    assert upload(begun, person_id=person).state is MediaState.EXPIRED
    assert source
    assert Media.objects.get(pk=begun).source == ""


def test_a_file_that_breaks_off_leaves_nothing_in_the_vault(creator, person):
    def parts():
        yield DATA[:1_000]
        yield DATA[1_000:] + b"more than was said"

    with pytest.raises(errors.ChunkTooLarge):
        uploads.receive_file(NewUpload(creator, "x", len(DATA)), parts(), person_id=person, now=NOW)
    row = Media.objects.get(creator_id=creator)
    assert (row.state, row.source) == (MediaState.EXPIRED, "")
    assert not Deadline.objects.filter(subject=row.pk).exists()


def test_a_prepared_video_is_stored_by_content_and_its_post_goes_to_review(creator, person):
    waiting = an_upload(creator, b"the same bytes")
    post = a_draft(creator, PostKind.VIDEO, media_id=waiting)
    posts.submit_post(post, creator_id=creator, now=NOW)
    assert read.post(post).state is read.PostState.PROCESSING
    processing.prepare_media(waiting, SandboxEngine(), lambda: NOW)
    facts = upload(waiting, person_id=person)
    assert (facts.state, facts.duration_ms, facts.progress_bps) == (MediaState.READY, 5_000, 10_000)
    assert has_clip(facts.key)
    assert has_picture(facts.poster)
    with open_clip(facts.key) as file:
        assert file.read().endswith(b"the same bytes")
    assert read.post(post).state is read.PostState.IN_REVIEW
    again = an_upload(creator, b"the same bytes")
    processing.prepare_media(again, SandboxEngine(), lambda: NOW)
    assert upload(again, person_id=person).key == facts.key


def test_a_prepared_video_that_no_post_uses_goes_after_days_with_its_clip(creator, person):
    ends = NOW + rules.UNUSED_LIFE
    unused, twin = (an_upload(creator, b"the same film") for _ in range(2))
    for each in (unused, twin):
        processing.prepare_media(each, SandboxEngine(), lambda: NOW)
    key = upload(unused, person_id=person).key
    post = a_draft(creator, PostKind.VIDEO, media_id=twin)
    work(ends - timedelta(minutes=1))
    assert upload(unused, person_id=person).is_ready
    work(ends)
    assert upload(unused, person_id=person).state is MediaState.EXPIRED
    assert upload(twin, person_id=person).is_ready
    assert has_clip(key)
    posts.edit_post(post, posts.Draft(PostKind.VIDEO, "裙子"), creator_id=creator, now=ends)
    work(ends + rules.UNUSED_LIFE)
    assert upload(twin, person_id=person).state is MediaState.EXPIRED
    assert not has_clip(key)
    uploads.forget_clip(twin)
    again = an_upload(creator, b"the same film")
    processing.prepare_media(again, SandboxEngine(), lambda: NOW)
    assert (upload(again, person_id=person).key, has_clip(key)) == (key, True)


def test_a_clip_that_went_while_the_same_video_was_prepared_is_stored_again(creator, person):
    first, second = (an_upload(creator, b"one film twice") for _ in range(2))
    processing.prepare_media(first, SandboxEngine(), lambda: NOW)
    key = upload(first, person_id=person).key

    def clock():  # asked when the preparation begins, and once more when it is stored
        if upload(second, person_id=person).state is MediaState.PROCESSING:
            uploads.cancel_upload(first, person_id=person, now=NOW)
            uploads.forget_clip(first)
            assert not has_clip(key)
        return NOW

    processing.prepare_media(second, Silent(), clock)
    assert (upload(second, person_id=person).key, has_clip(key)) == (key, True)


class Silent(SandboxEngine):
    """Tells no progress, so that the clock is asked at the ends only."""

    def prepare(self, source, target, on_progress):  # noqa: ARG002
        return super().prepare(source, target, lambda _done: None)


def test_prepared_videos_that_no_post_uses_are_limited(creator, person):
    made = [a_video_file(creator) for _ in range(rules.UNUSED_MAX)]
    with pytest.raises(errors.UnusedTooMany):
        uploads.start_upload(NewUpload(creator, "x", 5), person_id=person, now=NOW)
    a_draft(creator, PostKind.VIDEO, media_id=made[0])
    with pytest.raises(errors.UploadOver):
        uploads.cancel_upload(made[0], person_id=person, now=NOW)
    uploads.start_upload(NewUpload(creator, "x", 5), person_id=person, now=NOW)


def test_a_broken_file_is_refused_with_its_reason_and_so_is_its_post(creator, person):
    waiting = an_upload(creator)
    post = a_draft(creator, PostKind.VIDEO, media_id=waiting)
    posts.submit_post(post, creator_id=creator, now=NOW)
    processing.prepare_media(waiting, SandboxEngine(fails=[VideoDamaged()]), lambda: NOW)
    assert isinstance(upload(waiting, person_id=person).refused, VideoDamaged)
    assert (read.post(post).state, read.post(post).reasons) == (read.PostState.REJECTED, ("media",))
    assert not Deadline.objects.filter(subject=waiting).exists()


def test_a_preparation_that_was_killed_begins_again_and_loses_nothing(creator, person):
    waiting, engine = an_upload(creator), SandboxEngine(fails=[KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        processing.prepare_media(waiting, engine, lambda: NOW)
    assert upload(waiting, person_id=person).state is MediaState.PROCESSING
    processing.look_after(waiting, now=NOW + timedelta(minutes=4))
    assert upload(waiting, person_id=person).state is MediaState.PROCESSING
    processing.look_after(waiting, now=NOW + rules.LOST_AFTER)
    assert upload(waiting, person_id=person).state is MediaState.WAITING
    processing.prepare_media(waiting, engine, lambda: NOW)
    assert upload(waiting, person_id=person).is_ready


def test_a_file_that_kills_every_preparation_is_refused_in_the_end(creator, person):
    waiting = an_upload(creator)
    for attempt in range(rules.ATTEMPTS_MAX):
        engine = SandboxEngine(fails=[KeyboardInterrupt()])
        with pytest.raises(KeyboardInterrupt):
            processing.prepare_media(waiting, engine, partial(_after, attempt))
        moment = _after(attempt + 1)
        processing.look_after(waiting, now=moment)
    assert upload(waiting, person_id=person).refusal == "media.too_hard"


def _after(losses):
    return NOW + losses * rules.LOST_AFTER


def test_a_preparation_that_was_thought_lost_does_not_overwrite_the_second(creator, person):
    waiting = an_upload(creator)

    class Slow(SandboxEngine):
        def prepare(self, source, target, on_progress):
            processing.look_after(waiting, now=NOW + rules.LOST_AFTER)
            processing.prepare_media(waiting, SandboxEngine(fails=[VideoDamaged()]), lambda: NOW)
            return super().prepare(source, target, on_progress)

    processing.prepare_media(waiting, Slow(), lambda: NOW)
    assert upload(waiting, person_id=person).refusal == "media.damaged"


def test_two_workers_prepare_an_upload_once(creator):
    waiting, engine = an_upload(creator), SandboxEngine()
    for _ in range(2):
        processing.prepare_media(waiting, engine, lambda: NOW)
    assert len(engine.prepared) == 1


def test_the_worker_prepares_a_real_film_with_progress(creator, person, tmp_path):
    waiting = an_upload(creator, film(tmp_path / "in.mp4").read_bytes())
    work(NOW)
    facts = upload(waiting, person_id=person)
    assert (facts.state, facts.width, facts.height, facts.silent) == (MediaState.READY, 180, 320, False)
    assert Media.objects.get(pk=waiting).source == ""
