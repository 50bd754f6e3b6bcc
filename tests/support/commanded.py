"""A command killed once and repeated, run twice, the outside failing once after it: compared with a clean run of its scene.

The clean run is undone; both go to their very end: the same states, the same money, each coin once.
"""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from anxin.infra.tx import savepoint
from anxin.kernel.errors import AnxinError
from anxin.market.guarantee import insurers
from anxin.market.guarantee.models import Claim, Disbursement, Dispute, FreightClaim, FreightPolicy, ReturnPickUp
from anxin.market.guarantee.sandbox.insurer import EVERYTHING, InsurerFault
from anxin.market.ledger.commands import INSURER_POOL, shop_account
from anxin.market.ledger.queries import balance
from anxin.market.orders.models import Order
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.payments.models import SandboxRefund, SandboxTransfer
from tests.builders.claims import DAY, HOUR, NOW, Bought
from tests.builders.money import broken, fill_fund
from tests.builders.scenes import Scene
from tests.support.machines import undoable
from tests.support.work import work

LATER = (HOUR, 3 * DAY, 12 * DAY, 24 * DAY, 30 * DAY)
Act = Callable[[Scene], object]
Commands = dict[str, tuple[Callable[[], Scene], Act]]


def survives(prepare: Callable[[], Scene], command: Act, *, calls_out: bool = False) -> None:
    """Run a command killed once, then with the outside failing, then again: it ends as a clean run, each coin once.

    One that only calls the outside hears nothing when an answer is lost, and is repeated (`calls_out`).
    """
    fill_fund(2_000_000, now=NOW)
    scene = prepare()
    before = picture(scene.made)
    with undone():  # a clean run
        command(scene)
        at_once = picture(scene.made)
        clean = followed(scene)
    assert picture(scene.made) == before
    with undone():  # the worker is killed before it commits
        command(scene)
    assert picture(scene.made) == before
    fail_once(scene)
    command(scene)
    assert calls_out or picture(scene.made) == at_once
    repeat(command, scene)
    assert picture(scene.made) == at_once
    assert followed(scene) == clean
    assert_paid_once()
    assert broken() == []


def commands_of(*modules: ModuleType) -> set[str]:
    """Return the commands of modules, as `module.command`."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in modules
        for name in vars(module)["__all__"]
        if inspect.isfunction(getattr(module, name))
    }


class Killed(Exception):
    """The process is gone; what it had not committed is as if it had never been."""


@contextmanager
def undone() -> Iterator[None]:
    edge = undoable()
    edge.__enter__()
    try:
        yield
    finally:
        edge.__exit__(Killed, Killed(), None)


def repeat(command: Act, scene: Scene) -> None:
    """A second run does nothing, or is refused."""
    try:
        with savepoint():
            command(scene)
    except AnxinError:
        pass


def fail_once(scene: Scene) -> None:
    """Provider and insurer do the next thing and their answer is lost; the provider's message comes twice."""
    tell(Operation.REFUND, Fault.TIMEOUT_AFTER, now=scene.now)
    tell(Operation.TRANSFER, Fault.TIMEOUT_AFTER, now=scene.now)
    tell(Operation.NOTICE, Fault.DUPLICATE, times=2, now=scene.now)
    insurers.sandbox().plan(EVERYTHING, InsurerFault.LOST_ANSWER)


def followed(scene: Scene) -> dict[str, Any]:
    """Let time pass with nobody but the platform, provider, carrier and insurer at work."""
    for passed in (0 * DAY, *LATER):
        work(scene.now + passed)
    return picture(scene.made)


def picture(made: Bought) -> dict[str, Any]:
    """Where everything stands, and every balance; not when it came there."""
    order = Order.objects.get(id=made.order)
    accounts = [shop_account(made.shop, purpose) for purpose in ("available", "frozen", "experience_deposit")]
    return {
        "order": (order.state, order.open_claims, order.refunded_minor),
        "claims": sorted(Claim.objects.values_list("state", "clock", "refund_minor", "refund_arrived", "closing")),
        "compensations": sorted(Claim.objects.values_list("compensation_minor", "compensation_arrived")),
        "disputes": sorted(Dispute.objects.values_list("state", "clock", "outcome", "forced")),
        "policies": sorted(FreightPolicy.objects.values_list("state", "premium_state")),
        "freight": sorted(FreightClaim.objects.values_list("state", "refusal", "asked_minor")),
        "pickups": sorted(ReturnPickUp.objects.values_list("collected", "insured_minor", "merchant_minor")),
        "money": Counter(Disbursement.objects.values_list("kind", "state", "amount_minor")),
        "provider": Counter(SandboxRefund.objects.values_list("state", "amount_minor")),
        "transfers": Counter(SandboxTransfer.objects.values_list("state", "amount_minor")),
        "balances": [balance(account) for account in (*accounts, INSURER_POOL)],
    }


def assert_paid_once() -> None:
    """What arrived is what the provider paid, disbursement by disbursement."""
    for kind, provider in (("refund", SandboxRefund), ("compensation", SandboxTransfer)):
        arrived = Disbursement.objects.filter(kind=kind, state="arrived").values_list("amount_minor", flat=True)
        paid_out = provider.objects.filter(state="succeeded").values_list("amount_minor", flat=True)
        assert Counter(arrived) == Counter(paid_out)
