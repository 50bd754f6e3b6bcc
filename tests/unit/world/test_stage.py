"""The stage of the demo market: every staged order has its story, and every story its order."""

from anxin.world.after_sale import TALES
from anxin.world.stage import LAST, STAGE


def test_every_story_has_its_order_and_every_order_its_story():
    assert TALES.keys() | LAST.keys() == STAGE.keys()
    assert TALES.keys().isdisjoint(LAST)
