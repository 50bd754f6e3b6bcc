"""How the money of the guarantee is said to people: flows, payers, sources. Shared by all faces."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from anxin.market.guarantee.queries.fund import FundEntryKind, FundSource
from anxin.market.guarantee.queries.money import MoneyKind, PayState

KINDS: Mapping[str, Any] = {
    MoneyKind.REFUND.value: gettext_lazy("Refund"),
    MoneyKind.COMPENSATION.value: gettext_lazy("Compensation"),
    MoneyKind.CHARGE.value: gettext_lazy("Charge"),
}

STATES: Mapping[str, tuple[Any, str]] = {  # the words and the tone of the pill
    PayState.WAITING.value: (gettext_lazy("Waiting for money"), "wait"),
    PayState.SENT.value: (gettext_lazy("On its way"), "wait"),
    PayState.ARRIVED.value: (gettext_lazy("Arrived"), "good"),
    PayState.FAILED.value: (gettext_lazy("Failed, tried again soon"), "bad"),
    PayState.ABANDONED.value: (gettext_lazy("Needs a person"), "bad"),
}

ENTRIES: Mapping[str, Any] = {
    FundEntryKind.CONTRIBUTION.value: gettext_lazy("Put in by the platform"),
    FundEntryKind.ADVANCE.value: gettext_lazy("Paid in advance to a buyer"),
    FundEntryKind.RETURNED.value: gettext_lazy("An advance came back"),
    FundEntryKind.RECOVERED.value: gettext_lazy("Paid back by a shop"),
    FundEntryKind.REPAID.value: gettext_lazy("Given back to a shop"),
}

SOURCES: Mapping[str, Any] = {
    FundSource.BANK.value: gettext_lazy("The platform's own money"),
    FundSource.SERVICE_FEE.value: gettext_lazy("Service fees earned"),
}

RECOVERED_FROM: Mapping[str, Any] = {
    "goods_money": gettext_lazy("Goods money"),
    "experience_deposit": gettext_lazy("Experience deposit"),
    "base_deposit": gettext_lazy("Base deposit"),
}
