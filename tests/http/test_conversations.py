"""Conversations as a browser and a program meet them: the two who talk, and nobody else."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anxin.faces.desk.case_talk import case_talk
from anxin.infra.clock import now
from anxin.infra.push import ticket_key
from anxin.kernel.ids import new_id, public_id
from anxin.kernel.live import read_ticket
from anxin.market.orders import queries as orders
from anxin.market.people.queries import Role
from anxin.market.service.commands.conversations import kept_pictures
from anxin.market.service.commands.quick_replies import add_quick_reply
from anxin.market.service.models import Conversation, Message, QuickReply
from anxin.market.shops.models import Shop
from tests.builders.conversations import a_message, a_question, an_answer
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import a_person, a_token, with_role
from tests.builders.shops import a_picture
from tests.support.api import ApiClient
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
STATEMENTS_MAX = {"at_buyer": 8, "at_shop": 14}  # the desk shows list, chat and orders at once, and whose they are


@dataclass
class Talk:
    """A buyer and a shop's agent who have spoken."""

    shop_id: UUID
    slug: str
    person_id: UUID
    agent_id: UUID
    buyer: Client
    agent: Client
    public_id: str

    @property
    def at_buyer(self) -> str:
        return reverse("conversation", args=[self.slug])

    @property
    def at_shop(self) -> str:
        return reverse("studio_conversation", args=[self.public_id])

    @property
    def say(self) -> str:
        return reverse("studio_conversation_say", args=[self.public_id])


@pytest.fixture
def talk() -> Talk:
    shop, person = a_shop(), a_person()
    agent = with_role(a_person(), Role.SERVICE_AGENT, shop)
    question = a_question(shop, person, "有<b>货</b>吗？", now=now())
    slug = Shop.objects.get(pk=shop).slug
    public = public_id("cnv", question.conversation_id)
    return Talk(shop, slug, person, agent, the_browser_of(person), the_browser_of(agent), public)


def answered(talk: Talk, text: str = "有的") -> Message:
    return an_answer(Message.objects.order_by("seq").first(), talk.agent_id, text, now=now())


def test_what_somebody_typed_is_shown_as_text(talk):
    for page in (talk.buyer.get(talk.at_buyer), talk.agent.get(talk.at_shop)):
        assert "有&lt;b&gt;货&lt;/b&gt;吗？" in page.content.decode()
        assert "<b>货" not in page.content.decode()


def test_a_form_sends_and_comes_back_to_the_latest(talk):
    answer = talk.buyer.post(talk.at_buyer, {"text": "还在吗", "key": "k"})
    again = talk.buyer.post(talk.at_buyer, {"text": "还在吗", "key": "k"})
    assert answer["Location"] == again["Location"] == f"{talk.at_buyer}#latest"
    assert Message.objects.filter(text="还在吗").count() == 1
    talk.agent.post(talk.say, {"text": "在的", "key": "k"})
    assert "在的" in talk.buyer.get(talk.at_buyer).content.decode()


def test_a_script_gets_the_new_lines_alone(talk):
    answer = talk.buyer.post(talk.at_buyer, {"text": "第二句", "key": "k", "after": "1"})
    text = answer.content.decode()
    assert 'data-seq="2"' in text
    assert 'data-seq="1"' not in text
    assert "<html" not in text
    news = talk.agent.get(reverse("studio_conversation_news", args=[talk.public_id]), {"after": "1"})
    assert "第二句" in news.content.decode()


def test_a_refusal_keeps_the_text_and_says_why(talk):
    empty = talk.buyer.post(talk.at_buyer, {"text": " "})
    assert empty.status_code == 422
    by_script = talk.buyer.post(talk.at_buyer, {"text": "", "after": "1"})
    assert (by_script.status_code, by_script["Content-Type"]) == (422, "text/plain; charset=utf-8")
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", content_type="image/png")
    refused = talk.buyer.post(talk.at_buyer, {"text": "看图", "pictures": bad})
    assert refused.status_code == 422
    assert ">看图</textarea>" in refused.content.decode()
    assert Message.objects.count() == 1


def test_opening_the_page_reads_it_and_the_badge_says_how_much_is_unread(talk):
    answered(talk)
    home = talk.buyer.get("/").content.decode()
    assert "bubble on-icon" in home
    talk.buyer.get(talk.at_buyer)
    assert "bubble on-icon" not in talk.buyer.get("/").content.decode()
    assert Conversation.objects.get().buyer_unread == 0
    assert "bubble on-icon" not in Client().get("/").content.decode()


def test_pictures_are_for_the_two_who_talk(talk):
    from anxin.market.service.commands.conversations import say_to_shop

    message = a_message("", pictures=kept_pictures([a_picture()]))
    said = say_to_shop(talk.shop_id, message, person_id=talk.person_id, now=now())
    seen = public_id("msg", said.pk)
    own = reverse("conversation_picture", args=[talk.slug, seen, 0])
    shops = reverse("studio_conversation_picture", args=[talk.public_id, seen, 0])
    assert talk.buyer.get(own)["Content-Type"] == talk.agent.get(shops)["Content-Type"] == "image/jpeg"
    assert "no-store" in talk.buyer.get(own)["Cache-Control"]
    stranger = the_browser_of(a_person())
    assert stranger.get(own).status_code == 404
    other = a_question(talk.shop_id, a_person(), now=now())  # another buyer's conversation with the same shop
    elsewhere = reverse("studio_conversation_picture", args=[public_id("cnv", other.conversation_id), seen, 0])
    assert talk.agent.get(elsewhere).status_code == 404


def test_another_shops_staff_finds_nothing(talk):
    stranger = the_browser_of(with_role(a_person(), Role.OWNER, a_shop()))
    news = reverse("studio_conversation_news", args=[talk.public_id])
    assert [stranger.get(page).status_code for page in (talk.at_shop, news)] == [404, 404]
    assert stranger.post(talk.say, {"text": "x"}).status_code == 404
    assert "talk-row" not in stranger.get(reverse("studio_conversations")).content.decode()
    assert Message.objects.count() == 1


def test_who_only_counts_the_money_does_not_read_along(talk):
    finance = the_browser_of(with_role(a_person(), Role.SHOP_FINANCE, talk.shop_id))
    assert finance.get(talk.at_shop).status_code == 403


def test_a_conversation_that_nobody_began_is_an_empty_page(talk):
    other = a_shop()
    page = talk.buyer.get(reverse("conversation", args=[Shop.objects.get(pk=other).slug]))
    assert page.status_code == 200
    assert not Conversation.objects.filter(shop_id=other).exists()
    assert talk.buyer.get(reverse("conversation", args=["no-such-shop"])).status_code == 404


def test_a_product_and_an_order_are_offered_and_sent(talk):
    buyer = Buyer(talk.person_id)
    sku = a_sku(talk.shop_id, title="亚麻连衣裙")
    order = public_id("ord", buyer.order(sku).orders[0].id)
    page = talk.buyer.get(talk.at_buyer, {"order": order})
    assert "亚麻连衣裙" in page.content.decode()
    assert talk.buyer.post(talk.at_buyer, {"order": order}).status_code == 302
    assert "say-card" in talk.agent.get(talk.at_shop).content.decode()
    strangers = public_id("ord", Buyer().order(a_sku(talk.shop_id)).orders[0].id)
    assert talk.buyer.get(talk.at_buyer, {"order": strangers}).status_code == 404
    assert talk.buyer.post(talk.at_buyer, {"order": strangers}).status_code == 422


def test_a_shop_may_speak_first_about_an_order_of_its_own(talk):
    order = Buyer().order(a_sku(talk.shop_id)).orders[0].id
    address = reverse("studio_order_talk", args=[public_id("ord", order)])
    opened = talk.agent.post(address)
    assert talk.agent.post(address)["Location"] == opened["Location"]
    assert talk.agent.get(opened["Location"]).status_code == 200
    stranger = the_browser_of(with_role(a_person(), Role.OWNER, a_shop()))
    assert stranger.post(address).status_code == 404


def test_quick_replies_are_sent_with_a_button_and_belong_to_the_shop(talk):
    reply = add_quick_reply(talk.shop_id, "发货", "今天发货", by=talk.agent_id, now=now())
    public = public_id("qrp", reply)
    assert talk.agent.post(talk.say, {"quick": public, "key": "q"}).status_code == 302
    assert Message.objects.filter(text="今天发货").exists()
    stranger = the_browser_of(with_role(a_person(), Role.OWNER, a_shop()))
    page = reverse("studio_quick_reply", args=[public])
    assert stranger.post(page, {"title": "x", "text": "x"}).status_code == 404
    assert stranger.post(page, {"remove": "yes"}).status_code == 404
    talk.agent.post(page, {"title": "发货", "text": "明天发货"})
    assert QuickReply.objects.get().text == "明天发货"
    assert talk.agent.post(reverse("studio_quick_replies"), {"title": "发货", "text": "重名"}).status_code == 422


def test_tickets_are_for_ones_own_topics_and_a_minute(talk):
    for client, page, topic in (
        (talk.buyer, "conversation_ticket", f"person/{talk.person_id}"),
        (talk.agent, "studio_conversation_ticket", f"shop/{talk.shop_id}"),
    ):
        url = client.get(reverse(page)).json()["url"]
        ticket = read_ticket(parse_qs(urlsplit(url).query)["ticket"][0], ticket_key(), now=now())
        assert ticket.topics == (topic,)
        assert ticket.until <= now() + timedelta(seconds=61)


def test_only_live_pages_may_connect_to_the_push_server(talk):
    live, plain = talk.buyer.get(talk.at_buyer), talk.buyer.get("/")
    assert "connect-src 'self' http://testserver:8001" in live["Content-Security-Policy"]
    assert "connect-src 'self';" in plain["Content-Security-Policy"] + ";"


@pytest.mark.parametrize("page", ["at_buyer", "at_shop"])
def test_a_conversation_costs_few_statements_however_long_it_is(talk, page):
    client = talk.buyer if page == "at_buyer" else talk.agent
    counts = []
    for _ in range(2):
        for number in range(8):
            answered(talk, str(number))
        client.get(getattr(talk, page))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(getattr(talk, page))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= STATEMENTS_MAX[page], captured.captured_queries


def test_programs_of_both_sides_talk(talk):
    buyer, agent = ApiClient(a_token(talk.person_id, now=now())), ApiClient(a_token(talk.agent_id, now=now()))
    shop = public_id("shop", talk.shop_id)
    said = [buyer.send("POST", f"/shops/{shop}/messages", {"text": "API"}, key="k") for _ in range(2)]
    assert [one.status_code for one in said] == [201, 201]
    assert said[0].json() == said[1].json()
    listed = agent.send("GET", "/shop/conversations").json()["items"]
    assert [(one["id"], one["shop_unread"]) for one in listed] == [(talk.public_id, 2)]
    at = f"/shop/conversations/{talk.public_id}"
    assert agent.send("POST", f"{at}/messages", {"text": "收到"}, key="k").status_code == 201
    assert agent.send("PUT", f"{at}/read", {"upto": 2}).status_code == 204
    first = buyer.send("GET", f"/conversations/{talk.public_id}/messages?limit=2").json()
    rest = buyer.send("GET", f"/conversations/{talk.public_id}/messages?cursor={first['next_cursor']}").json()
    assert [one["seq"] for one in (*first["items"], *rest["items"])] == [3, 2, 1]
    assert rest["next_cursor"] is None
    assert buyer.send("PUT", f"/conversations/{talk.public_id}/read", {"upto": 3}).status_code == 204
    assert buyer.send("GET", "/conversations").json()["items"][0]["buyer_unread"] == 0
    assert agent.send("GET", "/shop/answering").status_code == 200
    assert "ticket=" in buyer.send("GET", "/conversations/listening").json()["url"]
    assert "ticket=" in agent.send("GET", "/shop/conversations/listening").json()["url"]


def test_a_program_of_somebody_else_finds_nothing(talk):
    stranger = ApiClient(a_token(with_role(a_person(), Role.OWNER, a_shop()), now=now()))
    for method, path, body in (
        ("GET", f"/conversations/{talk.public_id}/messages", None),
        ("PUT", f"/conversations/{talk.public_id}/read", {"upto": 1}),
        ("GET", f"/shop/conversations/{talk.public_id}/messages", None),
        ("POST", f"/shop/conversations/{talk.public_id}/messages", {"text": "x"}),
        ("PUT", f"/shop/conversations/{talk.public_id}/read", {"upto": 1}),
        ("POST", f"/shops/{public_id('shop', new_id())}/messages", {"text": "x"}),
    ):
        assert stranger.send(method, path, body, key="k").status_code == 404, path


def test_an_arbitrator_reads_what_was_said_about_the_order_of_the_case():
    buyer, shop = Buyer(), a_shop()
    order = orders.order(buyer.order(a_sku(shop), now=now()).orders[0].id)
    assert case_talk(order, new_id()) is None
    question = a_question(shop, buyer.id, "破了<i>", now=now())
    an_answer(question, a_person(), "发图看看", now=now())
    talk = case_talk(order, new_id())
    assert talk is not None
    assert [(line.text, line.is_mine) for line in talk["lines"]] == [("破了<i>", False), ("发图看看", True)]
    assert "破了&lt;i&gt;" in render_to_string("disputes/talk.html", {"talk": talk})
