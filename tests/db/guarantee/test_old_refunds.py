"""A market of the version before claims: its refunds become claims, and go on where they stood."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.builders.claims import Bought, bought
from tests.builders.orders import NOW
from tests.support.work import work

from anxin.infra.models import Deadline
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands import claim_answers
from anxin.market.guarantee.models import Claim
from anxin.market.payments.commands import RefundRequest, request_refund

pytestmark = pytest.mark.django_db(transaction=True)
TOTAL_MINOR = 20_500
BEFORE = [("orders", "0004_refunds_on_lines"), ("guarantee", "0012_public_views")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def an_old_refund(apps: Any, made: Bought, state: str) -> Any:
    """A refund as the version before wrote it."""
    moments = {"answered_at": NOW if state != "asked" else None, "done_at": NOW if state == "done" else None}
    return apps.get_model("orders", "Refund").objects.create(
        id=new_id(),
        order_id=made.order,
        shop_id=made.shop,
        state=state,
        amount_minor=TOTAL_MINOR,
        reason="不想要了",
        asked_at=NOW,
        answer_by=NOW + timedelta(hours=48),
        **moments,
    )


def test_refunds_of_the_version_before_become_claims_and_go_on():
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    asked, agreed, done, withdrawn = (bought(quantity=2, freight_minor=500) for _ in range(4))
    try:
        old = migrate(BEFORE)
        refunds = [
            an_old_refund(old, made, state)
            for made, state in ((asked, "asked"), (agreed, "agreed"), (done, "done"), (withdrawn, "withdrawn"))
        ]
        request_refund(RefundRequest(agreed.order, 20_500, ref=f"refund:{refunds[1].id}"), now=NOW)
        Deadline.objects.create(kind="orders.refund_answer", subject=refunds[0].id, due_at=NOW, next_try_at=NOW)
    finally:
        migrate(newest)
    states = {made.order: Claim.objects.get(order_id=made.order) for made in (asked, agreed, done, withdrawn)}
    assert [one.state for one in states.values()] == ["applied", "refunding", "done", "closed"]
    waiting = states[asked.order]
    assert (waiting.refund_minor, waiting.due_at, waiting.words) == (20_500, NOW + timedelta(hours=48), "不想要了")
    assert (asked.facts.open_claims, asked.facts.lines[0].claimed) == (1, True)
    assert not Deadline.objects.filter(kind="orders.refund_answer").exists()
    claim_answers.agree(waiting.id, asked.answer(), now=NOW)
    work(NOW)
    assert Claim.objects.get(id=waiting.id).state == "done"
    assert Claim.objects.get(order_id=agreed.order).state == "done"
    assert asked.facts.refunded_minor == 20_500
