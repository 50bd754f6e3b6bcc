"""Every command about freight insurance and pick-ups: killed once and repeated, run twice, the outside failing once after it.

The list is read from the code: a command without an entry fails the test.
"""

import pytest
from tests.builders.claims import DAY, REGRET
from tests.builders.scenes import (
    NUMBER,
    after,
    agree,
    applied,
    as_buyer,
    booked,
    collected,
    collected_event,
    delivered,
    freight_opened,
    freight_refused,
    freight_submitted,
    paid,
    returning,
    sent_back,
)
from tests.support.commanded import Commands, commands_of, survives

from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands import freight, policies, return_pickups
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.domain.insurance import Route

pytestmark = pytest.mark.django_db
COMMANDS: Commands = {
    "policies.open_policy": (paid, lambda s: policies.open_policy(s.made.order, now=s.now)),
    "policies.insure": (paid, lambda s: policies.insure(s.policy.pk, now=s.now)),
    "policies.ship_policy": (paid, lambda s: policies.ship_policy(s.made.order, shipped_at=s.now, now=s.now)),
    "policies.take_premium": (delivered, lambda s: policies.take_premium(s.policy.pk, now=s.now)),
    "policies.cancel_policy": (paid, lambda s: policies.cancel_policy(s.made.order, now=s.now)),
    "policies.call_off_policy": (
        lambda: after(paid(), lambda s: policies.cancel_policy(s.made.order, now=s.now)),
        lambda s: policies.call_off_policy(s.policy.pk, now=s.now),
    ),
    "policies.lapse": (delivered, lambda s: policies.lapse(s.policy.pk, now=s.now)),
    "freight.open_freight": (
        lambda: after(applied(REGRET), agree),
        lambda s: freight.open_freight(sent_back(s), now=s.now),
    ),
    "freight.submit_freight": (freight_opened, lambda s: freight.submit_freight(s.asked, done_at=s.now, now=s.now)),
    "freight.drop_freight": (freight_opened, lambda s: freight.drop_freight(s.asked, now=s.now)),
    "freight.ask_insurer": (freight_submitted, lambda s: freight.ask_insurer(s.freight.pk, now=s.now)),
    "freight.pay_overdue": (freight_submitted, lambda s: freight.pay_overdue(s.freight.pk, now=s.now + 4 * DAY)),
    "freight.appeal": (
        freight_refused,
        lambda s: freight.appeal(s.freight.pk, carrier="sf", tracking_no="SF7770000000009", **as_buyer(s)),
    ),
    "freight.settle_collected": (
        lambda: after(applied(REGRET), agree),
        lambda s: freight.settle_collected(
            SentBack(s.asked, s.made.order, Route.PICKUP, "sf", NUMBER, s.now), 1_200, 1_200, now=s.now
        ),
    ),
    "freight.note_freight_arrived": (
        freight_submitted,
        lambda s: freight.note_freight_arrived(f"freight:{new_id()}", now=s.now),
    ),
    "return_pickups.return_slots": (returning, lambda s: return_pickups.return_slots(s.asked, **as_buyer(s))),
    "return_pickups.book_return_pickup": (
        returning,
        lambda s: return_pickups.book_return_pickup(s.asked, s.slot, **as_buyer(s)),
    ),
    "return_pickups.cancel_return_pickup": (
        booked,
        lambda s: return_pickups.cancel_return_pickup(s.asked, **as_buyer(s)),
    ),
    "return_pickups.drop_pickup": (booked, lambda s: return_pickups.drop_pickup(s.asked, now=s.now)),
    "return_pickups.end_pickup": (booked, lambda s: return_pickups.end_pickup(s.pickup, now=s.now)),
    "return_pickups.settle_pickup": (booked, lambda s: return_pickups.settle_pickup(collected_event(s), now=s.now)),
    "return_pickups.take_freight": (collected, lambda s: return_pickups.take_freight(s.pickup, now=s.now)),
}


def test_every_command_has_an_entry() -> None:
    assert commands_of(policies, freight, return_pickups) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_once_run_twice_and_the_outside_failing_once_it_ends_as_a_clean_run(name: str) -> None:
    survives(*COMMANDS[name], calls_out=name == "freight.ask_insurer")
