"""Items keep their numbers; what changes of them all the time is known without their being written anew."""

from dataclasses import replace

from anxin.kernel.ids import new_id
from anxin.market.interest.brain.items import Items, Known
from anxin.market.interest.domain.events import ItemKind

NOTE = Known(new_id(), ItemKind.NOTE, None, None, "books", (), 0, 0, "书", 3)


def test_a_reaction_is_known_and_makes_no_new_version():
    items = Items()
    items.take([NOTE])
    version = items.version
    items.take([replace(NOTE, reactions=4)])
    assert (items.version, items.all[0].reactions) == (version, 4)
    assert items.reactions(now=0).tolist() == [5.0]
    items.take([replace(NOTE, reactions=4, price_minor=100)])
    assert (items.version, items.all[0].price_minor) == (version + 1, 100)
