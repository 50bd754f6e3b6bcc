"""Topics that mean the same, as posts with two captions pair them."""

from anxin.market.interest.domain.topics import said_once, twins


def test_topics_in_the_same_place_of_two_captions_mean_the_same() -> None:
    assert twins([(("露营", "徒步"), ("camping", "hiking"))]) == {"camping": "露营", "hiking": "徒步"}


def test_captions_that_name_different_numbers_of_topics_pair_none() -> None:
    assert twins([(("露营",), ("camping", "hiking")), (("露营",), ()), ((), ("camping",))]) == {}


def test_a_topic_that_both_captions_name_is_itself_in_both() -> None:
    assert twins([(("ootd", "露营"), ("ootd", "camping"))]) == {"camping": "露营"}
    assert twins([(("ootd",), ("ootd",)), (("ootd",), ("camping",))]) == {}


def test_what_most_posts_say_holds_and_a_topic_has_one_twin() -> None:
    odd = (("露营", "徒步"), ("hiking", "camping"))
    plain = (("露营", "徒步"), ("camping", "hiking"))
    assert twins([odd, plain, plain]) == {"camping": "露营", "hiking": "徒步"}
    assert twins([(("野营",), ("camping",)), (("露营",), ("camping",)), (("露营",), ("camping",))]) == {
        "camping": "露营"
    }


def test_a_wish_said_of_either_name_is_kept_and_less_of_one_is_less() -> None:
    names = {"#camping": "#露营"}
    assert said_once({"#camping": True, "books": False}, names) == {"#露营": True, "books": False}
    assert said_once({"#camping": False, "#露营": True}, names) == {"#露营": False}
    assert said_once({"#露营": True, "#camping": True}, {}) == {"#露营": True, "#camping": True}
