"""Tickets to listen and the hints that travel: what is forged, over or nonsense is refused."""

from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest

from anxin.kernel.clock import instant
from anxin.kernel.live import (
    HINT_BYTES_MAX,
    TOPICS_MAX,
    BadHint,
    BadTicket,
    Hint,
    Ticket,
    packed,
    read_ticket,
    signed,
    topic,
    unpacked,
)

NOW = instant(2026, 3, 2, 4)
KEY = "a key that both sides hold"
TICKET = Ticket("person-1", ("person/1", "shop/2"), NOW + timedelta(seconds=60))


def test_a_ticket_comes_back_as_it_was_signed():
    assert read_ticket(signed(TICKET, KEY), KEY, now=NOW) == TICKET


def test_a_ticket_holds_until_its_moment_and_not_at_it():
    text = signed(TICKET, KEY)
    read_ticket(text, KEY, now=TICKET.until - timedelta(milliseconds=1))
    with pytest.raises(BadTicket):
        read_ticket(text, KEY, now=TICKET.until)


def test_a_ticket_signed_with_another_key_is_refused():
    with pytest.raises(BadTicket):
        read_ticket(signed(TICKET, "another key"), KEY, now=NOW)


def test_a_ticket_changed_after_signing_is_refused():
    body, _, seal = signed(TICKET, KEY).partition(".")
    other = urlsafe_b64encode(b'{"h":"person-1","t":["shop/3"],"u":9999999999999}').decode().rstrip("=")
    for text in (f"{other}.{seal}", f"{body}.", body, "", ".", f"{body}.{seal}x", "ä.ö", "x" * 5000):
        with pytest.raises(BadTicket):
            read_ticket(text, KEY, now=NOW)


@pytest.mark.parametrize("count", [0, TOPICS_MAX + 1])
def test_a_ticket_for_no_topic_or_too_many_is_refused(count):
    ticket = Ticket("p", tuple(topic("t", number) for number in range(count)), TICKET.until)
    with pytest.raises(BadTicket):
        read_ticket(signed(ticket, KEY), KEY, now=NOW)


def test_a_hint_travels_whole():
    hint = Hint(topic("shop", "018f"), {"kind": "message", "of": "客服"})
    assert unpacked(packed(hint)) == hint


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b'{"topic":1,"payload":{}}', b'{"topic":"a b","payload":{}}']
)
def test_what_is_not_a_hint_is_refused(data):
    with pytest.raises(BadHint):
        unpacked(data)


def test_a_hint_that_is_too_long_is_not_sent():
    with pytest.raises(BadHint):
        packed(Hint("shop/1", {"text": "x" * HINT_BYTES_MAX}))
