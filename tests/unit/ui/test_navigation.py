import pytest

from anxin.market.people.policy import POLICIES
from anxin.ui.navigation import MENUS, TABS, Entry, links, page_url

HERE = Entry("preferences", "Here", "house")
GUARDED = Entry("feed", "Guarded", "lock", operation="shop.read")


def test_an_entry_whose_page_is_not_served_is_left_out():
    assert links((Entry("no_such_page", "Nowhere", "x"),), "/", lambda _operation: True) == ()


def test_an_entry_that_the_reader_may_not_open_is_left_out():
    assert links((GUARDED,), "/", lambda _operation: False) == ()
    assert [link.label for link in links((GUARDED,), "/", lambda _operation: True)] == ["Guarded"]


def test_the_entry_above_the_reader_is_current():
    (link,) = links((HERE,), "/preferences/deeper", lambda _operation: True)
    assert link.current


def test_an_exact_entry_is_current_only_on_its_own_page():
    exact = Entry("feed", "Home", "house", exact=True)
    assert [links((exact,), path, lambda _operation: True)[0].current for path in ("/", "/cart")] == [True, False]


@pytest.mark.parametrize(
    "entry",
    [*TABS, *(entry for menu in MENUS.values() for group in menu for entry in group.entries)],
    ids=lambda entry: entry.page,
)
def test_every_entry_of_every_menu_leads_to_a_page(entry):
    assert page_url(entry.page) is not None
    assert not entry.operation or entry.operation in POLICIES
