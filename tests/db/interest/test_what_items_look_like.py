"""What is known of an item before anybody saw it: its picture, looked at once and in the background, its shop's score, its brand."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db import connection
from PIL import Image
from tests.builders.catalog import a_product, a_shop
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.support.engine import learn

from anxin.engine.explore.pools import NOBODY
from anxin.infra.media import FOLDER, Size, store_picture
from anxin.market.content.commands.posts import PostKind
from anxin.market.content.queries import feed
from anxin.market.content.queries.posts import facts_by_id
from anxin.market.interest.brain import items, pictures
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.brain.pictures import PART, RECORD, Looker, Pictures, numbers_of
from anxin.market.shops.commands.score import NewScore, ScoreStage, record_scores

pytestmark = pytest.mark.django_db(transaction=True)
RED, BLUE = (220, 40, 30), (20, 60, 210)
TURNS_MAX = 100  # of a thread that looks at pictures


def painted(colour: tuple[int, int, int], *, shade: int = 0) -> str:
    """The key of a stored picture of one colour."""
    body = io.BytesIO()
    Image.new("RGB", (320, 320), tuple(max(one - shade, 0) for one in colour)).save(body, "PNG")
    return store_picture(body.getvalue())


def look(it: Learner) -> None:
    """Let a learner do all that is due until every picture was looked at."""
    learn(it, NOW)
    for _ in range(TURNS_MAX):
        it._look_at_pictures()
        it._looker.wait()
    assert not it.items.unseen
    assert not it._looker.is_looking
    it._due.clear()
    learn(it, NOW)


def notes(count: int = 24) -> dict[UUID, str]:
    """Notes of as many creators that differ in nothing but their picture: red or blue."""
    keys = [painted((RED, BLUE)[number % 2], shade=number) for number in range(count)]
    return {
        a_public_post(a_creator(), now=NOW - timedelta(minutes=number), title="同样的话", pictures=(key,)): key
        for number, key in enumerate(keys)
    }


def test_items_that_differ_in_their_pictures_alone_are_alike_by_colour(home):
    known = notes()
    it = Learner()
    learn(it, NOW)
    look(it)
    it._take_over(items_fitted(it))
    rows = [it.items.rows[one] for one in known]
    table = it.items.columns.vectors[rows] @ it.items.columns.vectors[rows].T
    same = np.arange(len(rows)) % 2
    like = table[same[:, None] == same[None, :]].mean()
    assert like > table[same[:, None] != same[None, :]].mean() + 0.03
    it.close()


def items_fitted(it: Learner):
    from anxin.market.interest.brain import likeness

    return likeness.fit(*it._to_fit())


def test_a_new_item_is_described_with_its_picture_as_soon_as_that_was_looked_at(home):
    notes()
    it = Learner()
    look(it)
    it._take_over(items_fitted(it))
    late = a_public_post(a_creator(), now=NOW, title="同样的话", pictures=(painted(RED, shade=99),))
    it._due.clear()
    it.step(NOW)  # found, and not looked at yet
    row = it.items.rows[late]
    before = it.items.columns.vectors[row].copy()
    look(it)
    after = it.items.columns.vectors[row]
    assert not np.array_equal(before, after)
    assert np.linalg.norm(after) == pytest.approx(1, abs=1e-5)
    it.close()


def test_a_picture_is_looked_at_once_for_good(home, monkeypatch):
    known = notes(4)
    it = Learner()
    look(it)
    it.close()
    kept = home / "pictures.kept"
    assert (kept.stat().st_size - 8) / RECORD.itemsize == len(set(known.values())) == 4
    again = Learner()
    learn(again, NOW)
    assert not again.items.unseen
    assert set(known.values()) <= set(again.items.pictures._known)
    assert (kept.stat().st_size - 8) / RECORD.itemsize == 4
    again.close()


def test_a_file_that_was_cut_off_or_changed_is_made_anew_where_it_is_broken(home):
    path = home / "pictures.kept"
    keys = [painted(RED, shade=number) for number in range(5)]
    own = Pictures(path)
    own.keep({key: numbers_of(key) for key in keys})
    whole = path.read_bytes()
    assert len(Pictures(path)) == 5
    np.testing.assert_allclose(Pictures(path).get(keys[2]), numbers_of(keys[2]), atol=1e-3)
    path.write_bytes(whole[:-7])
    assert len(Pictures(path)) == 4
    broken = bytearray(whole)
    broken[8 + RECORD.itemsize + 40] ^= 255
    path.write_bytes(bytes(broken))
    left = Pictures(path)
    assert (len(left), keys[1] in left) == (4, False)
    left.keep({keys[1]: numbers_of(keys[1])})
    assert len(Pictures(path)) == 5
    path.write_bytes(b"something else")
    assert len(Pictures(path)) == 0
    assert path.read_bytes() == pictures.MAGIC


def test_a_picture_that_is_missing_or_none_is_left_out_and_nothing_stops(settings, home):
    gone, torn, good = map(painted, (RED, BLUE, (30, 200, 60)))
    root = Path(settings.MEDIA_ROOT) / FOLDER
    (root / gone[:2] / f"{gone[2:]}-{Size.THUMB}.jpg").unlink()
    (root / torn[:2] / f"{torn[2:]}-{Size.THUMB}.jpg").write_bytes(b"\xff\xd8 no picture")
    assert numbers_of(gone) is None
    assert numbers_of(torn) is None
    posts = [a_public_post(a_creator(), now=NOW, title="照片", pictures=(key,)) for key in (gone, torn, good)]
    it = Learner()
    look(it)
    assert [key in it.items.pictures for key in (gone, torn, good)] == [False, False, True]
    assert all(it.items.all[it.items.rows[one]].shown for one in posts)
    it.close()


def test_a_turn_begins_so_much_and_no_more(home):
    looker = Looker()
    wanted = [f"{number:040x}" for number in range(3 * PART)]
    assert looker.turn(wanted) is None
    looker.wait()
    assert looker.is_looking
    made = looker.turn(())
    assert list(made) == wanted[:PART]
    assert looker.turn(()) is None
    assert not looker.is_looking
    looker.close()


def test_a_shops_score_and_the_brand_of_goods_are_known_of_them_and_of_posts_with_them(home):
    shop, other = a_shop(), a_shop()
    record_scores([NewScore(shop, NOW.date(), ScoreStage.RATED, 8_750, 8_800, 8_700, 8_600)], now=NOW)
    mine, theirs = a_product(shop), a_product(other)
    found = {one.id: one for one in items.products_known([mine, theirs])}
    assert found[mine].score == 8_750
    assert found[theirs].score is None
    assert found[mine].brand == "青禾"
    assert found[mine].picture
    it = Learner()
    learn(it, NOW)
    known = [it.items.all[it.items.rows[one]] for one in (mine, theirs)]
    assert [one.score for one in known] == [8_750, None]
    assert it.learned._brand("青禾 ") != it.learned._brand("青禾")
    assert it.learned._brand("QingHe") == it.learned._brand("qinghe") != NOBODY
    assert it.learned._brand("") == NOBODY
    it.close()


def test_posts_are_described_in_the_order_asked_for_by_the_picture_that_their_card_shows(home):
    keys = [painted(RED, shade=number) for number in range(3)]
    posts = [a_public_post(a_creator(), now=NOW, title="照片", pictures=(key,)) for key in keys]
    video = a_public_post(a_creator(), PostKind.VIDEO, now=NOW, title="短片")
    covered = a_public_post(a_creator(), PostKind.VIDEO, now=NOW, title="短片", cover=(cover := painted(BLUE)))
    asked = [covered, posts[2], posts[0], video, posts[1]]
    with connection.cursor() as cursor:
        for plan in ("on", "off"):
            cursor.execute(f"set enable_hashjoin = {plan}; set enable_nestloop = {'off' if plan == 'on' else 'on'}")
            found = feed.described(asked)
            assert [one.id for one in found] == asked
            assert [found[at].picture for at in (0, 1, 2, 4)] == [cover, keys[2], keys[0], keys[1]]
            assert found[3].picture == facts_by_id([video])[video].cover != ""
        cursor.execute("reset enable_hashjoin; reset enable_nestloop")
