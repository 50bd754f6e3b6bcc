"""The market's constants, chosen before any policy ran and never by how a policy does. Sources in brackets.

[KUAIRAND] KuaiRand's profiles (Gao et al. 2022); [TAOBAO] Taobao's UserBehavior: of 100 views of a product 6 carts and 2 orders;
[ALI-CCP] click rate of 3.9 % on recommended products; [DESIGN] our own documents; [CHOICE] plausible, unmeasured.
"""

from dataclasses import dataclass

HOURS = 24
DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
PAGE = 10
EPOCH = 20_000 * DAY_SECONDS  # when a simulated market begins; only differences matter
CATEGORIES = 24
THEMES_OF_CATEGORY = 4
THEMES = CATEGORIES * THEMES_OF_CATEGORY
STYLE = 12  # dimensions of taste inside a category
COHORTS = 8


@dataclass(frozen=True)
class Rates:
    """What comes of a card under even exposure: the intercepts are solved so that these hold. The last two are of an order."""

    click: float = 0.035  # [ALI-CCP]
    finish: float = 0.25  # [CHOICE]
    like: float = 0.015  # [KUAIRAND's logs: of this order]
    follow: float = 0.0015  # the same
    cart: float = 0.062  # of a click [TAOBAO]
    order: float = 0.022  # of a click [TAOBAO]
    refund: float = 0.15  # [CHOICE: general e-commerce; apparel is higher, see `category_refund_spread`]
    complaint: float = 0.008  # [CHOICE]


@dataclass(frozen=True)
class Terms:
    """Everything else. Spreads are standard deviations of log-odds unless said otherwise. All [CHOICE] but where noted."""

    rates: Rates = Rates()
    # taste
    interests: int = 4  # categories a person cares for
    interest_gain: tuple[float, float] = (1.0, 2.5)
    style_gain: float = 0.8
    drift_a_day: float = 0.06  # chance that a person drops one interest and takes up another
    style_walk: float = 0.05  # a day
    cohort_focus: float = 1.0  # spread of a cohort's log weights of categories
    # cards
    appeal_spread: float = 0.5
    skill_spread: float = 0.4
    slot_fatigue: float = 0.05  # attention at slot s is 1 / (1 + fatigue · s)
    # goods
    median_price_minor: tuple[int, int] = (2_500, 25_000)  # a category's median is log-uniform in here
    price_spread: float = 0.5  # of the logarithm, inside a category
    thrift: tuple[float, float] = (
        0.6,
        0.3,
    )  # mean and spread over people: log-odds of an order lost an e-fold of price
    daily_income_minor: tuple[float, float] = (
        2_000.0,
        0.8,
    )  # median and spread of the logarithm: what may be spent here a day
    income_saved_days: float = 7.0  # at the start
    need_drop: float = 0.7  # after an order in a category
    need_back_days: float = 5.0
    # sellers
    dishonest: float = 0.12  # of shops [of the order of what spot checks of online goods find]
    honest_quality: tuple[float, float] = (0.3, 0.6)
    dishonest_quality: tuple[float, float] = (-1.8, 0.5)
    item_quality_spread: float = 0.4
    lure_click: float = 0.5  # a dishonest offer promises more,
    lure_order: float = 0.4
    lure_price: float = 0.8  # and costs less
    quality_shows: float = 0.1  # log-odds of an order a unit of quality: reviews tell a little
    refund_slope: float = 0.9  # log-odds of a refund lost a unit of quality
    complaint_slope: float = 1.1
    category_refund_spread: float = 0.4
    upheld: tuple[float, float] = (0.05, 0.6)  # of a complaint against an honest, a dishonest seller: a violation
    upheld_until_closed: int = 2  # after so many an item is taken down, whoever ranks
    # time
    order_later: float = 0.25  # of orders come 1 to 24 hours after the click, from the cart
    refund_days: tuple[float, float, float] = (
        1.0,
        2.0,
        1.75,
    )  # least, shape and scale of a gamma: delivery, trying, sending
    complaint_days: tuple[float, float, float] = (1.0, 2.0, 2.0)
    # who comes and goes
    pages_a_session: int = 3  # at most; 1 to this, alike
    items_a_shop: int = 15
    items_a_creator: float = 3.0
    new_items_a_day: float = 0.01  # of the items at the start
    new_creators_a_day: float = 0.01
    leaving_a_day: float = 0.15  # chance that a creator nobody sees leaves
    content_with: float = 0.2  # of a fair share of exposures: at so much the chance is e times less
    patience_days: int = 3  # over which a creator counts, and which a newcomer waits
    # what a bad order costs [DESIGN 5; as `value.QUALITY`]
    complaint_minor: int = 5_000
    violation_minor: int = 20_000


HOUR_WEIGHTS = (
    2.2,
    1.3,
    0.8,
    0.6,
    0.5,
    0.7,
    1.5,
    3.0,
    3.8,
    4.0,
    4.3,
    4.8,
    6.2,
    5.5,
    4.6,
    4.4,
    4.5,
    5.0,
    5.9,
    7.0,
    8.2,
    8.6,
    7.5,
    5.1,
)  # a day of a short-video app: lowest before dawn, a noon peak, the highest at 21 h [CHOICE]
