"""Promises: what goods are promised, the certificate of what was bought, what may be asked now, and a shop's own word."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import Answer, Body, LineId, OrderId, ProductId, ShopId
from anxin.faces.guarantee_words import promise_name, promise_summary, reason_text
from anxin.infra.clock import now
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.guarantee.commands import optins
from anxin.market.guarantee.commands.optins import Declaration, Switch
from anxin.market.guarantee.queries import asking, certificates
from anxin.market.guarantee.queries import promises as queries
from anxin.market.guarantee.queries.asking import LineAnswers
from anxin.market.guarantee.queries.certificates import Certificate, Reason
from anxin.market.guarantee.queries.lines import ClaimType, Evidence
from anxin.market.guarantee.queries.promises import Asking, Entry, Granting, Product
from anxin.market.orders import queries as orders

router = Router()

Code = Annotated[str, Path(pattern=r"^[a-z_]{1,40}$", description="A promise's code.", examples=["allergy"])]
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="A certificate's SHA-256.", examples=["0" * 64])]
Mark = Annotated[str, Field(pattern=r"^[a-z_]{1,20}$", description="A nature of goods.", examples=["unsealed"])]


class TextOut(Answer):
    """A text in both languages."""

    zh: str
    en: str


class PromiseReasonOut(Answer):
    """Why, for programs and people, with the rule behind it."""

    code: str
    facts: dict[str, str]
    text: TextOut
    source: str


class EntryOut(Answer):
    """One promise: given or not, and why."""

    promise: str
    name: TextOut
    summary: TextOut
    version: int
    given: bool
    reasons: list[PromiseReasonOut]
    source: str


class ConfirmOut(Answer):
    """What a buyer may confirm at the purchase; without it the shop may not refuse."""

    mark: str
    text: TextOut
    source: str


class ProductPromisesOut(Answer):
    """What a product would be promised if it were ordered now."""

    product_id: ProductId
    profile: str
    promises: list[EntryOut]
    to_confirm: list[ConfirmOut]


class CertificateOut(Answer):
    """What was promised for an order line, frozen at payment. `hash` is over the canonical JSON of all of it."""

    line_id: LineId
    shop_id: ShopId
    profile: str
    placed_at: datetime
    issued_at: datetime
    hash: str
    verified: bool = Field(description="Whether the certificate says what its hash says.")
    promises: list[EntryOut]


class CertificatesOut(Answer):
    """The certificates of an order, one a line; none before it is paid."""

    order_id: OrderId
    certificates: list[CertificateOut]


class ClaimReasonOut(Answer):
    """A reason that may be given, and until when."""

    code: str
    until: datetime | None


class AnswerOut(Answer):
    """Whether one promise may be asked for now; `until` null: no date ends it so far. Its last moment still counts."""

    promise: str
    name: TextOut
    version: int
    available: bool
    since: datetime | None
    until: datetime | None
    reasons: list[PromiseReasonOut]
    claim_types: list[ClaimType]
    claim_reasons: list[ClaimReasonOut]
    evidence: list[Evidence]
    return_freight: str = Field(description="Who pays the way back: buyer, merchant, insurer or nobody.")
    asking: Asking
    granting: Granting
    source: str


class LineAnswersOut(Answer):
    """What may be asked for one order line."""

    line_id: LineId
    certificate: str | None = Field(description="The hash of its certificate; null before one is issued.")
    answers: list[AnswerOut]


class OrderAnswersOut(Answer):
    """What may be asked for each line of an order now."""

    order_id: OrderId
    at: datetime
    lines: list[LineAnswersOut]


class ShopPromiseOut(Answer):
    """Where the shop stands with a promise, for all its goods."""

    promise: str
    name: TextOut
    version: int
    binding: str = Field(description="mandatory, default (on unless switched off) or opt_in.")
    on: bool
    source: str


class ShopPromisesOut(Answer):
    """Where the shop stands with every promise of the rule book in force."""

    profile: str
    promises: list[ShopPromiseOut]


class SwitchIn(Body):
    """Switch a promise, for all goods or for one product; orders that were placed before keep what they had."""

    on: bool
    product: ProductId | None = None


class NatureIn(Body):
    """Declare, or take back, the nature of a product."""

    mark: Mark
    on: bool


@router.get("/products/{product}/promises", response=ProductPromisesOut, auth=None)
@operation("market.browse")
def read_product_promises(request: HttpRequest, product: ProductId) -> Any:  # noqa: ARG001
    """Read what a product would be promised if it were ordered now, and what its buyer may confirm."""
    moment = now()
    found = catalog.product_page(product, now=moment)
    if not found.is_shown:
        raise ProductNotFound
    flags = frozenset(flag.value for flag in found.category.terms.flags)
    wanted = Product(found.id, found.shop_id, found.category.code, flags)
    promised = queries.promises_of_products([wanted], now=moment)[found.id]
    return ProductPromisesOut(
        product_id=found.id,
        profile=queries.active_profile(),
        promises=[_entry(one) for one in promised.entries],
        to_confirm=[
            ConfirmOut(mark=one.mark, text=TextOut(zh=one.text, en=one.text_en), source=one.source)
            for one in promised.to_confirm
        ],
    )


@router.get("/certificates/{hash}", response=CertificateOut, auth=None)
@operation("market.browse")
def read_certificate(request: HttpRequest, hash: Hash) -> Any:  # noqa: A002, ARG001
    """Read and check a certificate by its hash; it says nothing of the buyer."""
    return certificate_answer(certificates.certificate_by_hash(hash))


@router.get("/orders/{order}/certificates", response=CertificatesOut)
@operation("orders.buy")
def list_certificates(request: HttpRequest, order: OrderId) -> Any:
    """Read the certificates of one's own order."""
    found = orders.order(order, person_id=person_of(request))
    return CertificatesOut(
        order_id=found.id,
        certificates=[certificate_answer(one) for one in certificates.certificates_of_order(found.id)],
    )


@router.get("/orders/{order}/answers", response=OrderAnswersOut)
@operation("orders.buy")
def read_answers(request: HttpRequest, order: OrderId) -> Any:
    """Ask what may be claimed for one's own order now, until when, and why not the rest."""
    return _answers(orders.order(order, person_id=person_of(request)))


@router.get("/shop/orders/{order}/answers", response=OrderAnswersOut)
@operation("orders.read")
def read_shop_answers(request: HttpRequest, order: OrderId) -> Any:
    """Ask what could be claimed from the shop for an order now."""
    return _answers(orders.order(order, shop_id=request.shop_id))  # type: ignore[attr-defined]


@router.get("/shop/promises", response=ShopPromisesOut)
@operation("promises.read")
def read_shop_promises(request: HttpRequest) -> Any:
    """Read where the shop stands with every promise."""
    return _shop_promises(request)


@router.put("/shop/promises/{promise}", response=ShopPromisesOut)
@operation("promises.edit")
def switch_promise(request: HttpRequest, promise: Code, switch: SwitchIn) -> Any:
    """Switch an optional promise on or off for orders placed from now on."""
    said = Switch(request.shop_id, promise, switch.on, switch.product)  # type: ignore[attr-defined]
    optins.set_opt_in(said, by=person_of(request), now=now())
    return _shop_promises(request)


@router.put("/shop/products/{product}/natures/{promise}", response=ShopPromisesOut)
@operation("promises.edit")
def declare_nature(request: HttpRequest, product: ProductId, promise: Code, nature: NatureIn) -> Any:
    """Declare the nature of a product, which its buyers confirm at each purchase, or not."""
    said = Declaration(request.shop_id, product, promise, nature.mark, nature.on)  # type: ignore[attr-defined]
    optins.declare_nature(said, by=person_of(request), now=now())
    return _shop_promises(request)


def _shop_promises(request: HttpRequest) -> ShopPromisesOut:
    words = queries.word_of_shop(request.shop_id, now=now())  # type: ignore[attr-defined]
    return ShopPromisesOut(
        profile=queries.active_profile(),
        promises=[
            ShopPromiseOut(
                promise=one.version.promise,
                name=_name(one.version.promise),
                version=one.version.version,
                binding=one.version.binding,
                on=one.is_on,
                source=one.version.source,
            )
            for one in words
        ],
    )


def _answers(order: orders.OrderFacts) -> OrderAnswersOut:
    moment = now()
    lines = asking.answers_for(order, now=moment)
    return OrderAnswersOut(order_id=order.id, at=moment, lines=[_line_answers(one) for one in lines])


def _line_answers(found: LineAnswers) -> LineAnswersOut:
    return LineAnswersOut(
        line_id=found.line.line_id,
        certificate=found.certificate.hash if found.issued else None,
        answers=[_answer(one) for one in found.answers],
    )


def _answer(one: asking.Answer) -> AnswerOut:
    return AnswerOut(
        promise=one.promise,
        name=_name(one.promise),
        version=one.version,
        available=one.available,
        since=one.since,
        until=one.until,
        reasons=[_reason(reason) for reason in one.reasons],
        claim_types=list(one.claim_types),
        claim_reasons=[ClaimReasonOut(code=reason.code, until=reason.until) for reason in one.claim_reasons],
        evidence=list(one.evidence),
        return_freight=one.freight,
        asking=one.asking,
        granting=one.granting,
        source=one.source,
    )


def certificate_answer(found: Certificate) -> CertificateOut:
    """Return a certificate as programs read it."""
    return CertificateOut(
        line_id=found.line_id,
        shop_id=found.shop_id,
        profile=found.profile,
        placed_at=found.placed_at,
        issued_at=found.issued_at,
        hash=found.hash,
        verified=certificates.verifies(found),
        promises=[_entry(one) for one in found.entries],
    )


def _entry(one: Entry) -> EntryOut:
    return EntryOut(
        promise=one.promise,
        name=_name(one.promise),
        summary=TextOut(zh=promise_summary(one.promise, english=False), en=promise_summary(one.promise, english=True)),
        version=one.version,
        given=one.given,
        reasons=[_reason(reason) for reason in one.reasons],
        source=one.terms.source if one.terms else "",
    )


def _reason(one: Reason) -> PromiseReasonOut:
    text = TextOut(zh=reason_text(one, english=False), en=reason_text(one, english=True))
    return PromiseReasonOut(code=one.code, facts=dict(one.facts), text=text, source=one.source)


def _name(code: str) -> TextOut:
    return TextOut(zh=promise_name(code, english=False), en=promise_name(code, english=True))
