"""Components escape what people wrote, and say the same to eyes, screen readers and scripts."""

import json
from html import unescape

import pytest
from django import forms
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy

from anxin.kernel.page import Page
from anxin.ui.parts import Axis, ProductCard, Series, SkuChoice

NASTY = "<script>alert('x')</script>\" onload=\"x"
AXES = [Axis("颜色", ("红", "蓝")), Axis("尺码", ("S", "M"))]
SKUS = [
    SkuChoice("sku_1", ("红", "S"), 1000, 0),
    SkuChoice("sku_2", ("红", "M"), 1200, 3, was_minor=1500),
    SkuChoice("sku_3", ("蓝", "S"), 1000, 5),
]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def written(source: str, **facts: object) -> str:
    return engines["django"].from_string(source).render(facts, RequestFactory().get("/list?sort=price&cursor=old"))


def test_card_escapes_what_a_merchant_wrote():
    card = ProductCard(NASTY, "/p?a=1&b=2", "/x.jpg", 100, shop_name=NASTY)
    html = written("{% product_card card %}", card=card)
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 2


def test_price_strikes_out_only_a_higher_earlier_price():
    assert "<s class" not in written("{% price 100 100 %}")
    assert '<s class="price-was">¥2.00</s>' in written("{% price 100 200 %}")


def test_picker_chooses_the_first_sku_in_stock():
    html = written("{% sku_picker axes skus %}", axes=AXES, skus=SKUS)
    assert '<input type="hidden" name="sku" value="sku_2">' in html
    assert 'value="红" checked' in html
    assert 'value="M" checked' in html


def test_picker_without_scripts_offers_every_sku_and_disables_the_sold_out():
    html = written("{% sku_picker axes skus %}", axes=AXES, skus=SKUS)
    plain = html[html.index("<noscript>") :]
    assert '<option value="sku_1" disabled>' in plain
    assert "蓝 / S · ¥10.00" in plain


def test_picker_tells_scripts_prices_and_stock():
    html = written("{% sku_picker axes skus %}", axes=AXES, skus=SKUS)
    facts = json.loads(unescape(html.split('data-skus="')[1].split('"')[0]))
    assert [(fact["id"], fact["stock"], fact["was"]) for fact in facts][1] == ("sku_2", 3, "¥15.00")


def test_chart_repeats_its_numbers_as_a_table():
    html = written(
        '{% chart "line" labels series "Sales" "money" %}', labels=["Mon"], series=[Series(NASTY, (12_300,))]
    )
    assert "¥123.00" in html
    assert "<script" not in html


def test_chart_speaks_words_that_are_translated_late():
    said = gettext_lazy("Like")
    html = written('{% chart "bar" labels series said %}', labels=[said], series=[Series(said, (1,))], said=said)
    facts = json.loads(unescape(html.split('data-chart="')[1].split('"')[0]))
    assert (facts["title"], facts["labels"], facts["series"][0]["name"]) == ("Like", ["Like"], "Like")


class Ask(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the parcel")
    agree = forms.BooleanField(label="Agree")


def test_wrong_field_is_linked_to_its_error_and_its_help():
    html = written("{% field form.name %}", form=Ask({"name": ""}))
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name-help id_name-fault"' in html
    assert 'id="id_name-fault"' in html


def test_checkbox_stands_inside_its_label():
    html = written("{% field form.agree %}", form=Ask())
    assert html.index('<label class="check"') < html.index('type="checkbox"') < html.index("Agree</span>")


def test_pager_keeps_the_other_parameters_and_replaces_the_cursor():
    html = unescape(written("{% pager page %}", page=Page((1,), "next")))
    links = [QueryDict(part.split('"')[0]) for part in html.split('href="?')[1:]]
    assert [(link.get("sort"), link.get("cursor")) for link in links] == [("price", None), ("price", "next")]


def test_pager_is_silent_on_the_only_page():
    html = engines["django"].from_string("{% pager page %}").render({"page": Page((1,))}, RequestFactory().get("/list"))
    assert not html.strip()


def test_countdown_writes_the_deadline_for_those_without_scripts():
    from datetime import UTC, datetime

    html = written("{% countdown until %}", until=datetime(2026, 3, 1, 4, 5, tzinfo=UTC))
    assert "2026, 12:05</time>" in html
    assert 'data-until="2026-03-01T' in html


def test_a_sheet_escapes_its_title_and_keeps_its_content():
    html = written('{% sheet "one" title %}<b>kept</b>{{ title }}{% endsheet %}', title=NASTY)
    assert "<b>kept</b>" in html
    assert "<script" not in html
