"""What is true of an order line and of a wish about it: all that promises are decided by. Plain values, frozen.

Amounts are minor units, shares are basis points, moments are aware datetimes. Everything here can be written as JSON
(`domain/canonical.py`), because a decision is kept with its inputs.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from anxin.kernel.clock import Instant


class ClaimType(StrEnum):
    """What a buyer may ask for (售后类型); the numbers are the platform codes of DOMAIN 1.6."""

    RETURN_REFUND = "return_refund"  # 0 退货退款
    REFUND_SHIPPED = "refund_shipped"  # 1 已发货仅退款
    REFUND_UNSHIPPED = "refund_unshipped"  # 2 未发货仅退款
    EXCHANGE = "exchange"  # 3 换货
    PRICE_PROTECTION = "price_protection"  # 6 价保
    RESHIP = "reship"  # 7 补寄
    REPAIR = "repair"  # 8 维修


CLAIM_TYPE_CODES = {
    ClaimType.RETURN_REFUND: 0,
    ClaimType.REFUND_SHIPPED: 1,
    ClaimType.REFUND_UNSHIPPED: 2,
    ClaimType.EXCHANGE: 3,
    ClaimType.PRICE_PROTECTION: 6,
    ClaimType.RESHIP: 7,
    ClaimType.REPAIR: 8,
}


class Payer(StrEnum):
    """Whose money makes the buyer whole; a decision names them in the order in which they are asked."""

    ESCROW = "escrow"  # the order's own money, before settlement
    GOODS_MONEY = "goods_money"  # 货款: the shop's available, then frozen money
    EXPERIENCE_DEPOSIT = "experience_deposit"  # 体验保证金
    FUND = "fund"  # 先行赔付: the platform advances and recovers later
    INSURER = "insurer"
    PLATFORM = "platform"


class FreightPayer(StrEnum):
    """Who pays the way back (谁过错谁承担, DOMAIN 1.8 art. 42-46)."""

    NOBODY = "nobody"  # nothing travels
    BUYER = "buyer"
    MERCHANT = "merchant"
    INSURER = "insurer"


class Evidence(StrEnum):
    """A kind of proof that a buyer, or a merchant, can show."""

    PHOTO_WHOLE = "photo_whole"  # 全貌照片
    PHOTO_DEFECT = "photo_defect"  # 问题部位照片
    PHOTO_UNBOXING = "photo_unboxing"  # 开箱照片或视频
    PHOTO_SKIN = "photo_skin"  # 皮肤症状照片
    PHOTO_PRODUCT = "photo_product"  # 商品照片
    PHOTO_REMAINING = "photo_remaining"  # 剩余量照片
    DIAGNOSIS = "diagnosis"  # 诊断证明
    MEDICAL_BILL = "medical_bill"  # 医疗费清单
    TEST_REPORT = "test_report"  # 检测报告
    PRICE_SCREENSHOT = "price_screenshot"  # 降价页面截图
    AUTHORISATION = "authorisation"  # 授权书 (merchant)
    PURCHASE_INVOICE = "purchase_invoice"  # 进货发票 (merchant)
    GOOD_DELIVERY = "good_delivery"  # 完好签收证明 (merchant)


@dataclass(frozen=True, slots=True)
class PurchaseFacts:
    """What decides, at payment, which promises a line gets. `optins` are promises that the shop had switched on or off."""

    line_id: UUID
    order_id: UUID
    shop_id: UUID
    product_id: UUID
    category: str
    flags: frozenset[str]  # of the category: fresh, virtual, cosmetic, fragile, custom
    amount_minor: int  # paid for the goods of the line
    placed_at: Instant
    shop_type: str
    score: int | None  # experience score in hundredths (8_000 is 80.00); None where the shop has none
    deposit_paid: bool
    optins: frozenset[str]  # promise codes switched on for the shop or the product when the order was placed
    optouts: frozenset[str]  # promise codes switched off where they are on by default
    marks: frozenset[str] = frozenset()  # disclosed natures of the goods that need a confirmation, such as "unsealed"
    confirmations: frozenset[str] = frozenset()  # marks that the buyer confirmed at this purchase
    counterfeit_record: bool = False  # the platform has found, before the order, that the shop sold a counterfeit


@dataclass(frozen=True, slots=True)
class LineFacts:
    """An order line as it stands at a moment: what was paid, where the goods are, what was asked before.

    A claim that is decided anew is not its own `open_claim_id`, nor one of its `attempts`.

    `signed_at` is when the carrier handed over the last parcel of the line, `received_at` when the buyer said so or the
    time for it passed; `ship_by` is the promised moment of shipping, frozen at the purchase.
    """

    line_id: UUID
    order_id: UUID
    shop_id: UUID
    category: str
    flags: frozenset[str]
    order_state: str  # orders' state: paid, preparing, partly_shipped, shipped, completed, cancelled
    quantity: int
    price_minor: int
    amount_minor: int  # paid for the goods of the line
    freight_minor: int  # the line's share of the order's outbound freight
    placed_at: Instant
    paid_at: Instant | None = None
    ship_by: Instant | None = None
    shipped_at: Instant | None = None
    signed_at: Instant | None = None
    received_at: Instant | None = None
    completed_at: Instant | None = None
    tracking_uploaded: bool = False
    shipped_pieces: int = 0
    refunded_minor: int = 0  # already given back for this line, outbound freight included
    refunded_pieces: int = 0
    unsent_pieces: int = 0  # of the refunded ones: those that will never be shipped
    attempts: int = 0  # claims opened on this line so far
    open_claim_id: UUID | None = None
    confirmations: frozenset[str] = frozenset()
    after_sale_days: int = 15  # validity of after-sale for the category, frozen
    insured: bool = False  # a freight policy is active for the order
    parts_apart: bool = False  # what left and what waits are claimed apart; decisions kept before knew one whole line
    ripens_at: Instant | None = None  # for fruit that needs time: signing and the days that its page named

    @property
    def signing_at(self) -> Instant | None:
        """When the goods count as signed for: the carrier's word, or else the buyer's receipt."""
        return self.signed_at or self.received_at

    @property
    def is_shipped(self) -> bool:
        """Whether goods of this line have left, or a tracking number says so."""
        return self.tracking_uploaded or self.shipped_at is not None

    @property
    def open_pieces(self) -> int:
        """How many pieces have not been refunded."""
        return self.quantity - self.refunded_pieces

    @property
    def unshipped_pieces(self) -> int:
        """How many pieces are still to be sent."""
        return self.quantity - self.shipped_pieces - self.unsent_pieces

    @property
    def open_minor(self) -> int:
        """What of the goods and of their freight has not been given back."""
        return max(0, self.amount_minor + self.freight_minor - self.refunded_minor)

    def pieces_for(self, kind: ClaimType) -> int:
        """How many pieces a kind of claim may be about: those that left, those that did not, or for a price all."""
        waiting = max(0, min(self.open_pieces, self.unshipped_pieces))
        if kind is ClaimType.REFUND_UNSHIPPED:
            return waiting
        whole = kind is ClaimType.PRICE_PROTECTION or self.signing_at is not None or not self.parts_apart
        return self.open_pieces if whole else self.open_pieces - waiting

    def minor_for(self, kind: ClaimType) -> int:
        """What the line holds for these pieces: what the other ones cost stays with them."""
        others = self.open_pieces - self.pieces_for(kind)
        return max(0, self.open_minor - self.price_minor * others)


@dataclass(frozen=True, slots=True)
class RiskFacts:
    """What is known of both sides' habits, for decisions without a person. Rates are basis points."""

    buyer_instant_refunds_30d: int = 0
    buyer_refund_rate_bps: int = 0
    buyer_flagged: bool = False
    shop_flagged: bool = False


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is asked for a line, and what has been shown so far.

    `pieces` counts what was bought; `asked_minor` None asks for everything that they are worth. Where the content can be
    counted (30 eggs in a box), `bad_pieces` of `total_pieces` is the bad part; elsewhere `bad_ratio_bps` is.
    """

    promise: str
    claim_type: ClaimType
    reason: str
    pieces: int
    asked_minor: int | None = None
    bad_pieces: int | None = None
    total_pieces: int | None = None
    bad_ratio_bps: int | None = None
    remaining_bps: int | None = None  # how much of the product is left (allergy)
    minor_defect: bool = False
    intact: bool | None = None  # 完好: None until somebody has looked
    evidence: frozenset[Evidence] = frozenset()
    merchant_evidence: frozenset[Evidence] = frozenset()
    merchant_refused: bool = False
    lower_price_minor: int | None = None  # the price a piece costs now (price protection)
    lower_price_at: Instant | None = None
    medical_minor: int = 0  # itemised medical cost (allergy)
    risk: RiskFacts = RiskFacts()


@dataclass(frozen=True, slots=True)
class Timers:
    """How long each side has (DOMAIN 1.7)."""

    merchant_answer_hours: int = 48
    return_tracking_days: int = 7
    inspection_days: int = 10
    inspection_after_signed_hours: int = 48
    escalation_hours: int = 168
    evidence_hours: int = 24
    execution_hours: int = 24
    attempts_max: int = 5


DEFAULT_TIMERS = Timers()
