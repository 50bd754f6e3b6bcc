"""Filters that write money, rates, counts and moments as a reader of this language expects them."""

from datetime import date, datetime
from uuid import UUID

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.ids import public_id
from anxin.kernel.letters import first_letter
from anxin.kernel.money import CNY, Money, format_money

register = template.Library()
TEN_THOUSAND = 10_000
THOUSAND = 1_000
DAYS_A_WEEK = 7

register.filter("first_letter", first_letter)


@register.filter
def money(value: int | Money | None, currency: str = CNY) -> str:
    """Write minor units, or a Money, as `¥1,490.00`; nothing for None."""
    if value is None:
        return ""
    return str(value) if isinstance(value, Money) else format_money(value, currency)


@register.filter
def rate(bps: int | None) -> str:
    """Write basis points as a percentage without needless zeros: 525 is `5.25%`."""
    if bps is None:
        return ""
    whole, rest = divmod(abs(bps), 100)
    digits = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if bps < 0 else ''}{digits}%"


@register.filter
def count(value: int | None) -> str:
    """Write a count with thousands separators."""
    return "" if value is None else f"{value:,}"


@register.filter
def roughly(value: int) -> str:
    """Write a large count shortly: 12,340 is `1.2万` in Chinese and `12.3k` in English."""
    if _chinese():
        return _tenths(value, TEN_THOUSAND, "万") if value >= TEN_THOUSAND else str(value)
    return _tenths(value, THOUSAND, "k") if value >= THOUSAND else str(value)


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """Write an instant in the viewer's zone as a `<time>` element."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    shown = formats.date_format(local, "Y-m-d H:i" if _chinese() else "j M Y, H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), local.tzname(), shown)


@register.filter
def ago(value: datetime | None) -> SafeString | str:
    """Write how long ago an instant was, its day after a week; the full time is the element's title."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    title = formats.date_format(local, "Y-m-d H:i" if _chinese() else "j M Y, H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), title, _passed(value, now()))


def _passed(value: datetime, at: datetime) -> str:
    seconds = max(0, int((at - value).total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3_600, seconds // 86_400
    if not minutes:
        return gettext("just now")
    if not hours:
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
    if not days:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    if days < DAYS_A_WEEK:
        return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}
    return str(formats.date_format(timezone.localtime(value), "Y-m-d" if _chinese() else "j M Y"))


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """Write a day as a `<time>` element; an instant is taken in the viewer's zone."""
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    shown = formats.date_format(local, "Y-m-d" if _chinese() else "j M Y")
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), shown)


@register.filter
def outside(value: UUID, prefix: str) -> str:
    """Write an id as people see it: `{{ order.id|outside:"ord" }}`."""
    return public_id(prefix, value)


@register.filter
def picture(key: str, size: str = "thumb") -> str:
    """Return the address of a stored picture: `{{ offer.picture|picture }}`, `|picture:"card"`, `|picture:"full"`."""
    return picture_url(key, Size[size.upper()])


@register.filter
def local(item: object, name: str) -> str:
    """Read the text `name` of a bilingual object in the reader's language: `name_en` in English where there is one."""
    chinese = str(getattr(item, name))
    return chinese if _chinese() else str(getattr(item, f"{name}_en", "") or chinese)


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _tenths(value: int, unit: int, sign: str) -> str:
    """Cut, not round, so that a count never reads larger than it is."""
    whole, tenth = divmod(value * 10 // unit, 10)
    return f"{whole}.{tenth}{sign}" if tenth else f"{whole}{sign}"
