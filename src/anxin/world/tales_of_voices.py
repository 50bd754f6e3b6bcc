"""What people of the demo market say: reviews, conversations about orders, complaints to the platform."""

from functools import partial
from uuid import UUID

from anxin.infra.media import keep_picture
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.claim_templates import write_template
from anxin.market.people.queries import Role
from anxin.market.service.commands import complaints, conversations, moderation, reviews
from anxin.market.service.commands.complaints import ComplaintKind, Decision, NewComplaint, Outcome, Subject
from anxin.market.service.commands.conversations import NewMessage
from anxin.market.service.commands.moderation import Hiding
from anxin.market.service.commands.quick_replies import add_quick_reply
from anxin.market.service.commands.reviews import HideReason, NewReview, Stars, Words
from anxin.world.cast import DAY, HOUR, MINUTE, Case, Tale, snapshots
from anxin.world.stories import Story

PHRASES = (
    ("在的", "在的，亲，有什么可以帮您？"),
    ("发货时间", "现货下单后 48 小时内发出，周末也发。"),
    ("尺码", "您平时穿多大？告诉我身高体重，帮您看看。"),
    ("运费险", "本店已为您投保运费险，退货运费不用您出。"),
)


def _wrote(case: Case, stars: Stars, words: Words, *, after: float) -> UUID:
    """Let the buyer review what was received."""
    at = case.begins_at + after * HOUR
    review = NewReview(stars, words)
    return reviews.write_review(case.order.id, case.line.id, review, person_id=case.buyer, now=at)


def _reviewed(case: Case) -> Story:
    """Pictures, the shop's reply, and more after a week of wear."""
    at = case.begins_at + 30 * HOUR
    yield at
    pictures = tuple(keep_picture(picture) for picture in snapshots()[:3])
    words = Words("料子很舒服，颜色和图片一样，尺码合适。", pictures)
    review_id = _wrote(case, Stars(5, 4, 5), words, after=30)
    at += 5 * HOUR
    yield at
    thanks = "谢谢您的喜欢，穿得舒服最重要！"
    reviews.reply(review_id, thanks, shop_id=case.order.shop_id, by=case.staff, now=at)
    at += 7 * DAY
    yield at
    more = Words("洗了三次，不缩水也没掉色，追评一下。", (keep_picture(snapshots()[3]),))
    reviews.add_to_review(review_id, more, person_id=case.buyer, now=at)


def _hidden(case: Case) -> Story:
    """Somebody's telephone number stands in a review: hidden, and its place says why."""
    at = case.begins_at + 40 * HOUR
    yield at
    review_id = _wrote(case, Stars(1, 2, 1), Words("客服小张态度极差，他的私人电话我贴在这里"), after=40)
    reviews.report_review(review_id, HideReason.PRIVACY, "公开了员工的私人电话", person_id=case.staff, now=at + HOUR)
    at += 8 * HOUR
    yield at
    hiding = Hiding(HideReason.PRIVACY, "公开了他人的私人电话")
    moderation.hide_review(review_id, hiding, by=case.platform[Role.REVIEWER], now=at)


def _reported(case: Case) -> Story:
    at = case.begins_at + 50 * HOUR
    yield at
    review_id = _wrote(case, Stars(2, 4, 2), Words("和想象的不一样，同款别家便宜一半，加我微信告诉你哪家"), after=50)
    reviews.report_review(review_id, HideReason.ADVERTISING, "给别家引流", person_id=case.staff, now=at + HOUR)


class Talk:
    """One conversation: each sentence has a key of its own, so that telling it twice says it once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._said = 0
        self._conversation: UUID | None = None

    def buyer(self, text: str = "", *, now: Instant, **cards: object) -> int:
        """Let the buyer say something; return its number."""
        said = conversations.say_to_shop(
            self._case.order.shop_id, self._message(text, cards), person_id=self._case.buyer, now=now
        )
        self._conversation = said.conversation_id
        return said.seq

    def shop(self, text: str = "", *, now: Instant, **cards: object) -> int:
        """Let the shop answer; return its number."""
        shop_id = self._case.order.shop_id
        assert self._conversation is not None  # noqa: S101 - the buyer speaks first
        message = self._message(text, cards)
        return conversations.say_to_buyer(
            self._conversation, message, shop_id=shop_id, by=self._case.staff, now=now
        ).seq

    def read(self, seq: int) -> None:
        """Let the buyer have read so far."""
        conversations.read_by_buyer(self._case.order.shop_id, seq, person_id=self._case.buyer)

    def _message(self, text: str, cards: dict[str, object]) -> NewMessage:
        self._said += 1
        return NewMessage(f"demo-{self._case.order.id.hex[-12:]}-{self._said}", text, **cards)  # type: ignore[arg-type]


def _talked(case: Case) -> Story:
    """A question before buying, the order, a picture of what is wrong, and an answer not read yet."""
    talk, at = Talk(case), case.paid_at
    yield at
    talk.buyer("这件会起球吗？", product_id=case.line.product_id, now=at)
    talk.shop("不会的亲，是精梳棉", now=at + MINUTE)
    talk.buyer("好的，已下单", order_id=case.order.id, now=at + 4 * MINUTE)
    talk.read(talk.shop("收到，今天就给您发出", now=at + 5 * MINUTE))
    at = case.begins_at + 6 * HOUR
    yield at
    talk.buyer("收到了，袖口有个小线头", now=at)
    talk.buyer(pictures=conversations.kept_pictures(snapshots()[1:3]), now=at + MINUTE)
    at = case.begins_at + 40 * HOUR
    yield at
    talk.shop("不好意思，您可以申请售后，我马上处理", now=at)


def _unanswered(case: Case) -> Story:
    at = case.begins_at + 20 * HOUR
    yield at
    talk = Talk(case)
    talk.buyer("请问能换个大一码的吗？", order_id=case.order.id, now=at)
    talk.buyer("在吗？", now=at + 20 * MINUTE)


def _pre_sale(case: Case) -> Story:
    for title, text in PHRASES:
        add_quick_reply(case.order.shop_id, title, text, by=case.staff, now=case.begins_at)
        write_template(case.order.shop_id, title, text, now=case.begins_at)
    at = case.begins_at + 3 * HOUR
    yield at
    talk = Talk(case)
    talk.buyer("有没有同款的裙子？", now=at)
    talk.shop("有的，您看看这件", product_id=case.line.product_id, now=at + 2 * MINUTE)
    talk.buyer("谢谢，很好看", now=at + 6 * MINUTE)


def _filed(case: Case, kind: ComplaintKind, text: str, at: Instant) -> UUID:
    """Let the buyer complain about the order."""
    complaint = NewComplaint(Subject(order_id=case.order.id), kind, text)
    return complaints.file_complaint(complaint, person_id=case.buyer, now=at)


def _complaint_filed(case: Case) -> Story:
    at = case.begins_at + 112 * HOUR
    yield at
    _filed(case, ComplaintKind.FALSE_ADVERTISING, "页面写的是纯棉，吊牌上写的是棉混纺。", at)


def _complaint_acknowledged(case: Case) -> Story:
    at = case.begins_at + 120 * HOUR
    yield at
    complaint_id = _filed(case, ComplaintKind.BAD_ATTITUDE, "问了三次客服都只回“自己看详情”。", at)
    at += 8 * HOUR
    yield at
    complaints.acknowledge(complaint_id, by=case.platform[Role.REVIEWER], now=at)
    at += 6 * HOUR
    yield at
    words = "已对当班客服进行培训，并向您道歉。"
    complaints.answer_as_merchant(complaint_id, words, shop_id=case.order.shop_id, now=at)


def _decided(case: Case, *, kind: ComplaintKind, text: str, decision: Decision) -> Story:
    """A complaint that ran its course."""
    at = case.begins_at + 5 * DAY
    yield at
    complaint_id = _filed(case, kind, text, at)
    at += 5 * HOUR
    yield at
    complaints.acknowledge(complaint_id, by=case.platform[Role.REVIEWER], now=at)
    words = "我们已核实情况，说明如下：按页面承诺处理。"
    complaints.answer_as_merchant(complaint_id, words, shop_id=case.order.shop_id, now=at + HOUR)
    at += 2 * DAY
    yield at
    complaints.decide(complaint_id, decision, by=case.platform[Role.REVIEWER], now=at)


def _complaint_withdrawn(case: Case) -> Story:
    at = case.begins_at + 4 * DAY
    yield at
    complaint_id = _filed(case, ComplaintKind.INVOICE_REFUSED, "申请了一周还没有开发票，催了也没有用。", at)
    at += DAY
    yield at
    complaints.withdraw(complaint_id, person_id=case.buyer, now=at)


TALES: dict[str, Tale] = {
    "reviewed": _reviewed,
    "hidden": _hidden,
    "reported": _reported,
    "talked": _talked,
    "unanswered": _unanswered,
    "pre_sale": _pre_sale,
    "complaint_filed": _complaint_filed,
    "complaint_acknowledged": _complaint_acknowledged,
    "complaint_upheld": partial(
        _decided,
        kind=ComplaintKind.AFTER_SALE_REFUSED,
        text="质量问题不给退，说拆了包装就不能退。",
        decision=Decision(Outcome.UPHELD, "拆封不影响质量问题退货，投诉成立，已要求商家改正。"),
    ),
    "complaint_partly_upheld": partial(
        _decided,
        kind=ComplaintKind.NOT_SHIPPING,
        text="说好当天发货，第二天晚上才发出来。",
        decision=Decision(Outcome.PARTLY_UPHELD, "发货未超过平台时限，但页面承诺当天发货，请商家修改页面。"),
    ),
    "complaint_dismissed": partial(
        _decided,
        kind=ComplaintKind.FAKE_GOODS,
        text="怀疑不是正品，包装和专柜的不一样。",
        decision=Decision(Outcome.DISMISSED, "商家出示了授权书与进货发票，未发现假冒。"),
    ),
    "complaint_settled": partial(
        _decided,
        kind=ComplaintKind.REVIEW_PRESSURE,
        text="商家打电话让我删差评，说给我返现。",
        decision=Decision(Outcome.SETTLED, "商家道歉，双方和解；返现删评违反规则，已记录。"),
    ),
    "complaint_withdrawn": _complaint_withdrawn,
}
