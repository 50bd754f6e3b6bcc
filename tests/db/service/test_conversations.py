"""Conversations: one a buyer and shop, said once, counted right, and nobody else's business."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.conversations import a_message, a_question, an_answer
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person
from tests.builders.shops import a_picture
from tests.support.work import work

from anxin.infra import vault
from anxin.infra.doctor import CHECKS
from anxin.infra.outbox import deliver_batch
from anxin.infra.uploads import UploadNotAPicture
from anxin.kernel.ids import new_id
from anxin.market.guarantee.events.claims import ClaimRefused
from anxin.market.orders import commands as orders
from anxin.market.people.events import PersonErased
from anxin.market.service.commands.conversations import (
    kept_pictures,
    note,
    read_by_buyer,
    read_by_shop,
    say_to_buyer,
    say_to_shop,
)
from anxin.market.service.commands.quick_replies import add_quick_reply, change_quick_reply, remove_quick_reply
from anxin.market.service.domain.conversations import (
    OPENED_MAX,
    QUICK_REPLIES_MAX,
    RATE_MAX,
    MessageKind,
    Note,
    Side,
)
from anxin.market.service.errors.conversations import (
    CardOfAnother,
    QuickReplyNameTaken,
    TooManyConversations,
    TooManyMessages,
    TooManyQuickReplies,
    UnknownConversation,
    UnknownQuickReply,
)
from anxin.market.service.jobs import conversations as jobs
from anxin.market.service.models import Conversation, Message
from anxin.market.service.queries import conversations as queries
from anxin.market.shops.errors import UnknownShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> UUID:
    return a_shop()


@pytest.fixture
def buyer() -> UUID:
    return a_person()


@pytest.fixture
def agent() -> UUID:
    return a_person()


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def counts_up() -> None:
    CHECKS["service.conversations_count_messages"]()


def test_the_first_question_opens_the_one_conversation_of_a_buyer_and_a_shop(shop, buyer, agent):
    question = a_question(shop, buyer, now=NOW)
    an_answer(question, agent, now=NOW + seconds(30))
    again = a_question(shop, buyer, "谢谢", now=NOW + seconds(60))
    assert again.conversation_id == question.conversation_id
    said = queries.messages(question.conversation_id)
    assert [(one.seq, one.side, one.text) for one in said] == [
        (1, Side.BUYER, "在吗？"),
        (2, Side.SHOP, "在的，亲"),
        (3, Side.BUYER, "谢谢"),
    ]
    counts_up()


def test_the_same_key_says_it_once(shop, buyer, agent):
    first = say_to_shop(shop, a_message("一次", key="k"), person_id=buyer, now=NOW)
    again = say_to_shop(shop, a_message("一次", key="k"), person_id=buyer, now=NOW + seconds(1))
    assert again.pk == first.pk
    say_to_buyer(first.conversation_id, a_message("同一把钥匙", key="k"), shop_id=shop, by=agent, now=NOW)
    assert Message.objects.count() == 2
    counts_up()


def test_who_speaks_has_read_and_the_other_has_one_more_to_read(shop, buyer, agent):
    question = a_question(shop, buyer, now=NOW)
    a_question(shop, buyer, "？", now=NOW + seconds(1))
    facts = queries.conversation(question.conversation_id)
    assert (facts.shop_unread, facts.buyer_unread, facts.waiting_since) == (2, 0, NOW)
    an_answer(question, agent, now=NOW + seconds(5))
    facts = queries.conversation(question.conversation_id)
    assert (facts.shop_unread, facts.buyer_unread, facts.waiting_since) == (0, 1, None)
    assert queries.unread(buyer).messages == 1
    counts_up()


def test_reading_is_up_to_what_was_seen_and_never_back(shop, buyer, agent):
    question = a_question(shop, buyer, now=NOW)
    an_answer(question, agent, now=NOW + seconds(1))
    an_answer(question, agent, "还有什么？", now=NOW + seconds(2))
    read_by_buyer(shop, 2, person_id=buyer)
    assert queries.unread(buyer).messages == 1
    read_by_buyer(shop, 99, person_id=buyer)
    read_by_buyer(shop, 1, person_id=buyer)
    facts = queries.conversation(question.conversation_id)
    assert (facts.buyer_unread, facts.buyer_read_seq) == (0, 3)
    read_by_shop(question.conversation_id, 1, shop_id=shop)
    counts_up()


def test_reading_does_not_answer(shop, buyer):
    question = a_question(shop, buyer, now=NOW)
    read_by_shop(question.conversation_id, 1, shop_id=shop)
    assert queries.conversation(question.conversation_id).waiting_since == NOW
    assert queries.count_waiting(shop) == 1


def test_another_shop_sees_and_says_nothing(shop, buyer, agent):
    question, other = a_question(shop, buyer, now=NOW), a_shop()
    with pytest.raises(UnknownConversation):
        say_to_buyer(question.conversation_id, a_message(), shop_id=other, by=agent, now=NOW)
    with pytest.raises(UnknownConversation):
        read_by_shop(question.conversation_id, 1, shop_id=other)
    with pytest.raises(UnknownConversation):
        queries.conversation(question.conversation_id, shop_id=other)
    with pytest.raises(UnknownConversation):
        queries.conversation(question.conversation_id, person_id=agent)
    assert queries.conversations_of_shop(other).items == ()


def test_nobody_talks_to_a_shop_that_is_not_there(buyer):
    with pytest.raises(UnknownShop):
        a_question(new_id(), buyer, now=NOW)
    assert not Conversation.objects.exists()


def test_too_much_in_a_minute_is_refused_and_the_next_minute_is_another(shop, buyer, agent):
    for number in range(RATE_MAX):
        question = a_question(shop, buyer, now=NOW + seconds(number))
    with pytest.raises(TooManyMessages):
        a_question(shop, buyer, now=NOW + seconds(59))
    an_answer(question, agent, now=NOW + seconds(59))
    a_question(shop, buyer, now=NOW + seconds(60))
    counts_up()


def test_a_person_begins_so_many_conversations_a_day(buyer, shop):
    for number in range(OPENED_MAX):
        Conversation.objects.create(shop_id=a_shop(), person_id=buyer, opened_at=NOW, last_at=NOW, last_seq=number * 0)
    with pytest.raises(TooManyConversations):
        a_question(shop, buyer, now=NOW + seconds(1))
    a_question(shop, buyer, now=NOW + timedelta(days=1, seconds=1))


def test_a_product_card_is_what_the_shop_offered_at_that_moment(shop, buyer):
    sku = a_sku(shop, price_minor=12_300)
    product = product_of(sku)
    said = say_to_shop(shop, a_message("这件", product_id=product), person_id=buyer, now=NOW)
    assert said.kind == MessageKind.PRODUCT
    assert (said.facts["title"], said.facts["price_minor"]) == ("纯棉短袖", 12_300)


def test_only_products_of_the_shop_and_orders_of_the_two_are_shown(shop, buyer):
    stranger = Buyer()
    theirs = stranger.order(a_sku(shop)).orders[0].id
    for card in ({"product_id": product_of(a_sku(a_shop()))}, {"order_id": theirs}, {"order_id": new_id()}):
        with pytest.raises(CardOfAnother):
            say_to_shop(shop, a_message("", **card), person_id=buyer, now=NOW)
    assert not Message.objects.exists()


def test_an_order_card_names_its_order(shop):
    buyer = Buyer()
    order_id = buyer.order(a_sku(shop)).orders[0].id
    said = say_to_shop(shop, a_message("", order_id=order_id), person_id=buyer.id, now=NOW)
    assert (said.order_id, said.facts["total_minor"], said.kind) == (order_id, 9_900, MessageKind.ORDER)


def test_pictures_are_cleaned_and_kept_privately(shop, buyer):
    pictures = kept_pictures([a_picture(640, 480)])
    said = say_to_shop(shop, a_message("", pictures=pictures), person_id=buyer, now=NOW)
    data = queries.picture(said.conversation_id, said.pk, 0)
    assert data.startswith(b"\xff\xd8")
    assert (pictures[0].width, pictures[0].height) == (640, 480)
    for conversation, message, number in ((new_id(), said.pk, 0), (said.conversation_id, said.pk, 1)):
        with pytest.raises(vault.NotInVault):
            queries.picture(conversation, message, number)


def test_what_is_no_picture_is_refused_before_anything_is_kept():
    with pytest.raises(UploadNotAPicture):
        kept_pictures([a_picture(), b"<svg onload=alert(1)>"])


def test_what_happens_to_an_order_is_noted_once_where_the_two_talk(shop):
    buyer = Buyer()
    a_question(shop, buyer.id, now=NOW)
    placed = buyer.order(a_sku(shop))
    buyer.pay(placed)
    order_id = placed.orders[0].id
    orders.ship(a_parcel(order_id), shop_id=shop, now=NOW + seconds(60))
    work(NOW + seconds(60))
    note(order_id, Note.ORDER_PAID, key=f"order_paid:{order_id}"[:64], now=NOW)
    notes = [m.facts["note"] for m in queries.messages(Conversation.objects.get().pk) if m.kind == MessageKind.NOTE]
    assert notes == ["order_paid", "order_shipped"]
    counts_up()


def test_what_happens_to_a_claim_is_noted_once(shop):
    buyer = Buyer()
    question = a_question(shop, buyer.id, now=NOW)
    order_id = buyer.order(a_sku(shop)).orders[0].id
    claim, line = new_id(), new_id()
    refused = ClaimRefused(
        claim, order_id, line, shop, buyer.id, "r", at_inspection=False, escalate_by=NOW, refused_at=NOW
    )
    for _ in range(2):
        jobs.note_refusal(refused, now=NOW)
    jobs.note_refusal(replace(refused, at_inspection=True), now=NOW)
    notes = [m.facts["note"] for m in queries.messages(question.conversation_id) if m.kind == MessageKind.NOTE]
    assert notes == ["claim_refused", "claim_refused"]


def test_a_note_opens_no_conversation(shop):
    buyer = Buyer()
    buyer.pay(buyer.order(a_sku(shop)))
    assert not Conversation.objects.exists()


def test_what_was_said_about_an_order_leaves_other_orders_and_older_talk_out(shop):
    buyer = Buyer()
    a_question(shop, buyer.id, "买之前的问题", now=NOW - timedelta(days=1))
    first, second = (buyer.order(a_sku(shop), now=NOW).orders[0].id for _ in range(2))
    say_to_shop(shop, a_message("第一单", order_id=first), person_id=buyer.id, now=NOW + seconds(1))
    say_to_shop(shop, a_message("第二单", order_id=second), person_id=buyer.id, now=NOW + seconds(2))
    a_question(shop, buyer.id, "还没到", now=NOW + seconds(3))
    found = queries.conversation_of_order(first)
    assert found is not None
    assert [one.text for one in found.messages] == ["第一单", "还没到"]
    assert found.is_whole
    short = queries.conversation_of_order(first, limit=1)
    assert short is not None
    assert ([one.text for one in short.messages], short.is_whole) == (["还没到"], False)
    assert queries.conversation_of_order(new_id()) is None


def test_lists_have_the_last_spoken_first_and_come_in_pages(buyer):
    shops = [a_shop() for _ in range(3)]
    for number, shop in enumerate(shops):
        a_question(shop, buyer, now=NOW + seconds(number))
    page = queries.conversations_of(buyer, limit=2)
    rest = queries.conversations_of(buyer, limit=2, cursor=page.next_cursor)
    assert [one.shop_id for one in (*page.items, *rest.items)] == shops[::-1]


def test_who_waits_longest_is_first(shop, agent):
    early = a_question(shop, a_person(), now=NOW)
    late = a_question(shop, a_person(), now=NOW + seconds(5))
    answered = a_question(shop, a_person(), now=NOW - seconds(5))
    an_answer(answered, agent, now=NOW)
    assert [one.id for one in queries.waiting_in_shop(shop)] == [early.conversation_id, late.conversation_id]


def test_messages_are_read_backwards_and_onwards(shop, buyer):
    for number in range(5):
        question = a_question(shop, buyer, str(number), now=NOW)
    talk = question.conversation_id
    assert [m.text for m in queries.messages(talk, limit=2)] == ["3", "4"]
    assert [m.text for m in queries.messages(talk, before=4, limit=2)] == ["1", "2"]
    assert [m.text for m in queries.messages(talk, after=3)] == ["3", "4"]


def test_how_fast_a_shop_answers_is_over_all_its_conversations(shop, agent):
    quick, slow = a_question(shop, a_person(), now=NOW), a_question(shop, a_person(), now=NOW)
    an_answer(quick, agent, now=NOW + seconds(60))
    an_answer(slow, agent, now=NOW + seconds(300))
    found = queries.answering_of_shop(shop, since=NOW, until=NOW + timedelta(hours=1))
    assert (found.turns, found.mean_seconds, found.three_minute_bps) == (2, 180, 5_000)
    assert queries.answering_of_shop(a_shop(), since=NOW, until=NOW + timedelta(hours=1)).mean_seconds is None


def test_a_forgotten_person_leaves_only_that_they_spoke(shop, buyer, agent):
    pictures = kept_pictures([a_picture()])
    said = say_to_shop(shop, a_message("我的电话", pictures=pictures), person_id=buyer, now=NOW)
    a_question(shop, buyer, "你好", now=NOW)
    jobs.forget(PersonErased(buyer, NOW), now=NOW)
    jobs.forget(PersonErased(buyer, NOW), now=NOW)
    assert [(one.text, one.facts) for one in queries.messages(said.conversation_id)] == [("", {}), ("", {})]
    assert queries.conversation(said.conversation_id).preview.text == ""


def test_quick_replies_are_the_shops_own(shop, agent):
    reply = add_quick_reply(shop, "", "亲，48 小时内发货", by=agent, now=NOW)
    with pytest.raises(QuickReplyNameTaken):
        add_quick_reply(shop, "亲，48 小时内发货", "别的", by=agent, now=NOW)
    other = a_shop()
    with pytest.raises(UnknownQuickReply):
        change_quick_reply(other, reply, "发货", "x", by=agent, now=NOW)
    remove_quick_reply(other, reply)
    change_quick_reply(shop, reply, "发货", "亲，今天发货", by=agent, now=NOW)
    assert [(one.title, one.text) for one in queries.quick_replies(shop)] == [("发货", "亲，今天发货")]
    remove_quick_reply(shop, reply)
    assert queries.quick_replies(shop) == ()


def test_a_shop_keeps_so_many_quick_replies(shop, agent):
    for number in range(QUICK_REPLIES_MAX):
        add_quick_reply(shop, f"第{number}", "好的", by=agent, now=NOW)
    with pytest.raises(TooManyQuickReplies):
        add_quick_reply(shop, "再来", "好的", by=agent, now=NOW)


def test_a_message_is_a_fact_for_others(shop, buyer):
    a_question(shop, buyer, now=NOW)
    assert deliver_batch(now=NOW) == 1


def product_of(sku_id: UUID) -> UUID:
    from anxin.market.catalog.models import Sku

    return Sku.objects.get(pk=sku_id).product_id
