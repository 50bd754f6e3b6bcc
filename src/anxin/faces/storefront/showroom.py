"""`/_ui`: every component on one page, to look at while building. Not served in production."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from anxin.faces.access import operation
from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page
from anxin.ui.parts import Axis, ProductCard, Series, SkuChoice, Step, Tab

FACES = ("storefront", "studio", "desk", "account")
PICTURE = "brand/placeholder.svg"
CARDS = (
    ProductCard("手工桂花酸梅汤 6 瓶装", "#", "", 4_990, None, "山野小铺", 80, "新品"),
    ProductCard("云感羊毛开衫 秋冬新款宽松慵懒风针织外套", "#", "", 29_900, 39_900, "云上衣橱", 12_340),
    ProductCard("便携咖啡机", "#", "", 49_900, None, "好物研究所", 3_021),
    ProductCard("儿童防晒渔夫帽 UPF50+ 可折叠", "#", "", 6_900, None, "山野小铺", 999, sold_out=True),
)
AXES = (Axis("颜色", ("杏色", "雾蓝", "墨绿")), Axis("尺码", ("S", "M", "L")))
SKUS = (
    SkuChoice("sku_1", ("杏色", "S"), 12_900, 8, 15_900),
    SkuChoice("sku_2", ("杏色", "M"), 12_900, 0),
    SkuChoice("sku_3", ("杏色", "L"), 13_900, 2),
    SkuChoice("sku_4", ("雾蓝", "S"), 12_900, 0),
    SkuChoice("sku_5", ("雾蓝", "M"), 12_900, 99),
    SkuChoice("sku_6", ("墨绿", "L"), 14_900, 5),
)
TABS = (Tab(str(_("All")), "#", 128, active=True), Tab("待支付", "#", 2), Tab("待发货", "#", 0))
DAYS = tuple(f"11-{day}" for day in range(10, 20))
SALES = (Series("销售额", (201_000, 230_500, 198_000, 260_000, 312_300, 298_000, 275_000, 340_000, 366_000, 352_000)),)
ORDERS = (Series("订单", (20, 23, 19, 26, 31, 29, 27, 34, 36, 35)), Series("退款", (1, 0, 2, 1, 4, 2, 1, 3, 2, 2)))
SHARES = (Series("占比", (48, 27, 15, 10)),)


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it is on the parcel."))
    phone = forms.CharField(label=_("Phone"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("a", "官方旗舰店"), ("b", "专卖店")])
    pay = forms.ChoiceField(label=_("Payment"), widget=forms.RadioSelect, choices=[("a", "微信支付"), ("b", "支付宝")])
    note = forms.CharField(label=_("Note"), widget=forms.Textarea, required=False)
    agree = forms.BooleanField(label=_("I have read the rules"))


class SampleUpload(forms.Form):
    """A file."""

    picture = forms.FileField(label=_("Picture"), required=False)


@operation("market.browse")
def showroom(request: HttpRequest) -> HttpResponse:
    """Show every component with sample values; `?face=studio` or `desk` in that frame."""
    asked = request.GET.get("face", "")
    face = asked if asked in FACES else FACES[0]
    return render(request, "showroom.html", {"base": f"{face}/base.html", **_samples(now())})


@operation("market.browse")
def suggestions(request: HttpRequest) -> HttpResponse:
    """Answer the sample search box."""
    text = request.GET.get("q", "")[:100]
    return JsonResponse({"suggestions": [f"{text}{more}" for more in ("女", "男", "新款")]})


@operation("market.browse")
def progress(_request: HttpRequest) -> HttpResponse:
    """Answer the sample progress bar."""
    return JsonResponse({"done": 640, "total": 1000, "finished": True})


def _samples(moment: Instant) -> dict[str, Any]:
    return {
        "cards": CARDS,
        "axes": AXES,
        "skus": SKUS,
        "tabs": TABS,
        "days": DAYS,
        "sales": SALES,
        "orders": ORDERS,
        "kinds": ("女装", "食品", "数码", "家居"),
        "share": SHARES,
        "steps": (
            Step(str(_("Placed")), "done", moment - timedelta(hours=20)),
            Step(str(_("Paid")), "done", moment - timedelta(hours=19)),
            Step(str(_("Shipped")), "now", moment - timedelta(hours=2), "顺丰 SF1234567890"),
            Step(str(_("Received"))),
        ),
        "form": SampleForm({"name": ""}),
        "upload_form": SampleUpload(),
        "until": moment + timedelta(minutes=29, seconds=30),
        "moment": moment,
        "page": Page((1, 2), "next"),
        "pictures": [static(PICTURE), static("brand/mark.svg")],
    }


urlpatterns: list[URLPattern] = []
if config().is_sandbox:
    urlpatterns = [
        path("_ui", showroom, name="showroom"),
        path("_ui/suggest", suggestions, name="showroom_suggest"),
        path("_ui/progress", progress, name="showroom_progress"),
    ]
