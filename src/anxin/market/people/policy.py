"""The policy table: every operation of every face, who may do it, and a sentence saying what it is.

Deny by default: an operation that is not here cannot be named by a page or an endpoint.
docs/reference/policy.md is generated from this table.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from anxin.market.people.domain import Actor, OrgKind, Role
from anxin.market.people.errors import LoginRequired, NotHere, RoleMissing, ScopeMissing, SessionOnly


class Audience(StrEnum):
    """The widest circle that an operation is open to."""

    ANYBODY = "anybody"
    PERSON = "person"
    SHOP = "shop"
    PLATFORM = "platform"


@dataclass(frozen=True)
class Policy:
    """Who may do one operation."""

    operation: str
    sentence: str
    audience: Audience
    roles: frozenset[Role] = frozenset()
    in_person: bool = False  # needs a session: a token must not be able to make tokens or change how one logs in


def _anybody(operation: str, sentence: str) -> Policy:
    return Policy(operation, sentence, Audience.ANYBODY)


def _person(operation: str, sentence: str, *, in_person: bool = False) -> Policy:
    return Policy(operation, sentence, Audience.PERSON, in_person=in_person)


def _shop(operation: str, sentence: str, *roles: Role) -> Policy:
    return Policy(operation, sentence, Audience.SHOP, frozenset(roles))


def _desk(operation: str, sentence: str, *roles: Role) -> Policy:
    return Policy(operation, sentence, Audience.PLATFORM, frozenset(roles))


OWNER, MANAGER, AGENT, MONEY = Role.OWNER, Role.MANAGER, Role.SERVICE_AGENT, Role.SHOP_FINANCE
REVIEWER, ARBITRATOR, INSPECTOR = Role.REVIEWER, Role.ARBITRATOR, Role.INSPECTOR
FINANCE, ADMINISTRATOR = Role.FINANCE, Role.ADMINISTRATOR

_TABLE = (
    # anybody
    _anybody("market.browse", "Look at the storefront: home, categories, search, products, shops."),
    _anybody("market.status", "See whether the service is up."),
    _anybody("market.docs", "Read the documents of the API."),
    _anybody("cart.use", "Fill a cart; a guest's cart is kept in the session and merges at login."),
    _anybody("session.start", "Sign up, log in, and recover an account."),
    _anybody("preferences.set", "Choose language, time zone and theme."),
    _anybody("sandbox.use", "Play the outside world on sandbox pages: payment page, inbox. Gone in production."),
    _anybody("events.tell", "Tell what one does with what is shown; a stranger tells it as a device."),
    _anybody(
        "interests.steer",
        "See one's interests, want more or less of one, switch personal recommendations, begin anew; a stranger as a device.",
    ),
    _anybody("callbacks.receive", "Report from a gateway, carrier or bank; trusted by its signature only."),
    # any person
    _person("checkout.place", "Place a checkout."),
    _person("orders.buy", "See and steer one's own orders: pay, cancel, extend, confirm receipt."),
    _person("claims.use", "Ask for after-sale service, show evidence, send goods back, call the platform."),
    _person("reviews.write", "Review what one received, add to it, vote for and report reviews."),
    _person("complaints.file", "Complain to the platform about a shop, an order or a review, and follow it."),
    _person("disputes.use", "Speak in one's own disputes: show evidence, settle, accept, appeal."),
    _person("conversations.use", "Talk with shops."),
    _person("creators.follow", "Follow creators and see whom one follows."),
    _person("content.create", "Be a creator, oneself or for one's shop: profile, showcase, videos and notes."),
    _person("content.react", "Like, keep, share, comment on and report videos and notes."),
    _person("account.read", "See one's own profile, addresses and roles."),
    _person("account.manage", "Change one's own profile and addresses."),
    _person("account.security", "Change password, passkeys, sessions and tokens; export or erase.", in_person=True),
    _person("session.end", "Log out.", in_person=True),
    _person("shop.apply", "Apply to open a shop and follow the application."),
    # staff of one shop
    _shop("shop.read", "Enter the studio and see the shop's dashboard.", OWNER, MANAGER, AGENT, MONEY),
    _shop("shop.manage", "Change the shop's profile, return address and papers.", OWNER, MANAGER),
    _shop("shop.staff", "Invite staff, change and revoke their roles.", OWNER),
    _shop("products.read", "See the shop's products in the studio.", OWNER, MANAGER, AGENT, MONEY),
    _shop("products.edit", "Create and change products and prices, submit them, take them off sale.", OWNER, MANAGER),
    _shop("products.import", "Import and export product files.", OWNER, MANAGER),
    _shop("stock.adjust", "Change stock on hand.", OWNER, MANAGER),
    _shop("orders.read", "See the shop's orders.", OWNER, MANAGER, AGENT, MONEY),
    _shop("orders.ship", "Ship parcels and edit them within the hour.", OWNER, MANAGER, AGENT),
    _shop("claims.read", "See the shop's after-sale requests.", OWNER, MANAGER, AGENT),
    _shop("claims.answer", "Answer after-sale requests: agree, refuse, offer, look at returns.", OWNER, MANAGER, AGENT),
    _shop("reviews.reply", "Read the shop's reviews and reply to them.", OWNER, MANAGER, AGENT),
    _shop("complaints.answer", "Read and answer complaints about the shop.", OWNER, MANAGER, AGENT),
    _shop("score.read", "See the shop's experience score and what would raise it.", OWNER, MANAGER, AGENT, MONEY),
    _shop("disputes.read", "See the shop's disputes.", OWNER, MANAGER, AGENT, MONEY),
    _shop("disputes.answer", "Answer disputes: show evidence, settle, accept, appeal.", OWNER, MANAGER, AGENT),
    _shop("conversations.read", "See what buyers and the shop said to each other.", OWNER, MANAGER, AGENT),
    _shop("conversations.answer", "Answer buyers and keep quick replies.", OWNER, MANAGER, AGENT),
    _shop("promises.read", "See which promises the shop's goods carry.", OWNER, MANAGER, AGENT, MONEY),
    _shop("promises.edit", "Switch promises on and off and declare the nature of goods.", OWNER, MANAGER),
    _shop("insurance.read", "See freight insurance, its premiums and compensations.", OWNER, MANAGER, AGENT, MONEY),
    _shop("insurance.manage", "Insure the way back of orders; promise a time of shipping.", OWNER, MANAGER),
    _shop("freight.edit", "Change freight templates.", OWNER, MANAGER),
    _shop("money.read", "See balances, statements and payouts.", OWNER, MANAGER, MONEY),
    _shop("money.withdraw", "Pay out to the shop's bank account and change that account.", OWNER, MONEY),
    _shop("shop.leave", "Close the shop for good and take its deposits back.", OWNER),
    _shop("deposit.pay", "Pay and top up the deposit.", OWNER, MONEY),
    # operators of the platform
    _desk("desk.home", "Enter the desk.", REVIEWER, ARBITRATOR, INSPECTOR, FINANCE, ADMINISTRATOR),
    _desk("desk.shops.read", "Look a shop up.", REVIEWER, ARBITRATOR, INSPECTOR, FINANCE, ADMINISTRATOR),
    _desk("desk.shops.review", "Decide applications of shops and their papers.", REVIEWER, ADMINISTRATOR),
    _desk("desk.products.review", "Decide products in review.", REVIEWER, ADMINISTRATOR),
    _desk("desk.reviews", "Hide buyers' reviews that break the law, and show them again.", REVIEWER, ADMINISTRATOR),
    _desk("desk.content", "Decide videos and notes in review, hide what breaks the rules.", REVIEWER, ADMINISTRATOR),
    _desk(
        "desk.interest.read",
        "See the interest engine: shares, calibration, value, versions, why.",
        REVIEWER,
        ADMINISTRATOR,
    ),
    _desk("desk.interest.change", "Change the value formula and take the model back.", ADMINISTRATOR),
    _desk("desk.complaints", "Acknowledge and decide complaints.", ARBITRATOR, INSPECTOR, ADMINISTRATOR),
    _desk("desk.promises", "Compare versions of promises and try them out.", REVIEWER, ARBITRATOR, ADMINISTRATOR),
    _desk("desk.people.read", "Look a person up; the look is logged.", REVIEWER, ARBITRATOR, ADMINISTRATOR),
    _desk("desk.people.roles", "Grant and revoke roles of the platform.", ADMINISTRATOR),
    _desk("desk.orders.read", "Look an order up.", ARBITRATOR, FINANCE, ADMINISTRATOR),
    _desk("desk.disputes.read", "Look at disputes and their numbers.", ARBITRATOR, INSPECTOR, ADMINISTRATOR),
    _desk("desk.disputes.judge", "Take, decide and sign disputes.", ARBITRATOR),
    _desk("desk.ledger.read", "Read the ledger.", FINANCE, ADMINISTRATOR),
    _desk("desk.deposits", "Credit bank transfers to the deposits of shops.", FINANCE, ADMINISTRATOR),
    _desk("desk.fund", "Put money into the protection fund, see debts, pay what is stuck.", FINANCE, ADMINISTRATOR),
    _desk("desk.reconcile", "Compare ledger and gateway and explain differences.", FINANCE, ADMINISTRATOR),
    _desk("desk.insurance", "See the insurer's pool: premiums, payouts, loss ratio.", FINANCE, ADMINISTRATOR),
    _desk(
        "desk.compensations",
        "See automatic compensations, pay for what was found, declare force majeure.",
        ARBITRATOR,
        ADMINISTRATOR,
    ),
    _desk("desk.refund", "Refund a settled order out of its merchant's balance.", FINANCE, ADMINISTRATOR),
    _desk("desk.audit.read", "Read the audit log.", INSPECTOR, ADMINISTRATOR),
    _desk("desk.jobs", "See jobs, deadlines and the outbox, and run them again.", ADMINISTRATOR),
    _desk("desk.settings", "Read and change settings.", ADMINISTRATOR),
    _desk("desk.admin", "Use the back-office tables.", ADMINISTRATOR),
)

POLICIES: dict[str, Policy] = {policy.operation: policy for policy in _TABLE}


def require(actor: Actor, operation: str, shop_id: UUID | None = None) -> None:
    """Let `actor` do `operation` (on one shop, or on any of theirs when `shop_id` is None), or raise why not.

    LoginRequired without a login; NotHere where the actor may not even know of it (another's shop, the desk);
    ScopeMissing, SessionOnly, RoleMissing only for a capability that the actor knows about.
    """
    policy = POLICIES[operation]
    if policy.audience is Audience.ANYBODY:
        return
    if not actor.is_person:
        raise LoginRequired
    if policy.audience in (Audience.SHOP, Audience.PLATFORM):
        _require_role(actor, policy, shop_id)
    if actor.scopes is not None and policy.in_person:
        raise SessionOnly(operation)
    if not actor.covers(operation):
        raise ScopeMissing(operation)


def allows(actor: Actor, operation: str, shop_id: UUID | None = None) -> bool:
    """Say whether `require` would let it pass; for showing or hiding a control."""
    try:
        require(actor, operation, shop_id)
    except (LoginRequired, NotHere, RoleMissing, ScopeMissing, SessionOnly):
        return False
    return True


def _require_role(actor: Actor, policy: Policy, shop_id: UUID | None) -> None:
    shop = policy.audience is Audience.SHOP
    held = actor.roles_in(OrgKind.SHOP, shop_id) if shop else actor.roles_in(OrgKind.PLATFORM)
    if not held:
        raise NotHere
    if held.isdisjoint(policy.roles):
        raise RoleMissing(policy.operation)
