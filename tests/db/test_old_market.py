"""A market of an earlier version goes on under this one: its database is migrated, its books hold, its cases go their way."""

import lzma
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.progress import Progress
from tests.support.memory import forget
from tests.support.work import work

from anxin.entry.prepare import certify, migrate
from anxin.infra import clock
from anxin.infra.doctor import examine
from anxin.infra.models import Deadline
from anxin.market.guarantee.domain.claims import ClaimState
from anxin.market.guarantee.models import Claim, Disbursement, Dispute, FreightPolicy
from anxin.market.guarantee.models.claims import ClaimEvidence
from anxin.market.guarantee.queries import certificates, claims, disputes, insurance, personal
from anxin.market.guarantee.queries.asking import answers_of_line
from anxin.market.guarantee.queries.decisions import replays
from anxin.market.people import commands as people

DUMPS = sorted((Path(__file__).parents[1] / "data" / "old_markets").glob("*.dump.xz"))
REPLAYED = 200
assert DUMPS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=DUMPS, ids=lambda dump: dump.name.partition(".")[0])
def old_market(request: pytest.FixtureRequest, clones: Any, tmp_path: Path) -> Iterator[None]:
    """The database of an earlier version, as it was left."""
    dump = tmp_path / "market.dump"
    dump.write_bytes(lzma.decompress(request.param.read_bytes()))
    clones.restore(dump)
    forget()
    yield
    forget()


def bring_here() -> None:
    with Progress(disable=True) as display:
        migrate(display)
        certify(display)


def behind() -> list[str]:
    executor = MigrationExecutor(connection)
    return [f"{one.app_label}.{one.name}" for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


@pytest.mark.usefixtures("old_market")
def test_an_old_market_is_migrated_and_everything_in_it_can_be_read() -> None:
    assert "guarantee.0015_erasing" in behind()
    counted = {model: model.objects.count() for model in (FreightPolicy, Disbursement)}
    bring_here()
    assert behind() == []
    assert [result for result in examine() if not result.ok] == []
    assert {model: model.objects.count() for model in counted} == counted
    now = clock.now()
    seen = [claims.claim(row.id) for row in Claim.objects.order_by("id")]
    assert {one.state for one in seen} >= {ClaimState.APPLIED, ClaimState.AWAITING_RETURN, ClaimState.DONE}
    for one in seen:
        assert claims.entries(one.id)
        certificate = certificates.certificate_of_line(one.line_id)
        assert certificates.verifies(certificate)
        assert certificates.certificate_by_hash(certificate.hash) == certificate
        assert answers_of_line(one.line_id, now=now).answers
    for row in Dispute.objects.all():
        assert disputes.entries(disputes.dispute(row.id).id)
    assert {insurance.policy(row.id, now=now).id for row in FreightPolicy.objects.all()}
    replayed = list(replays(REPLAYED))
    assert replayed
    assert all(same for _, same in replayed)


@pytest.mark.usefixtures("old_market")
def test_what_had_begun_under_the_old_version_ends_under_this_one() -> None:
    """Money that could not be paid was to be tried again when the old version stopped; a week passes."""
    bring_here()
    late = Disbursement.objects.get(state="failed")
    claim = Claim.objects.get(money_ref=late.ref)
    kinds = dict(Deadline.objects.filter(subject__in=[late.id, claim.id]).values_list("subject", "kind"))
    assert kinds == {late.id: "guarantee.pay_again", claim.id: "guarantee.money_retry"}
    for day in range(8):
        work(clock.now() + day * timedelta(days=1))
    late.refresh_from_db()
    claim.refresh_from_db()
    assert (late.state, claim.state, claim.refund_arrived) == ("arrived", "done", True)
    assert [result for result in examine() if not result.ok] == []


@pytest.mark.usefixtures("old_market")
def test_a_buyer_of_the_old_version_can_be_forgotten() -> None:
    bring_here()
    open_of = Claim.objects.exclude(state__in=("done", "closed")).values("person_id")
    shown = (
        ClaimEvidence.objects.exclude(claim=None).exclude(claim__person_id__in=open_of).filter(party="buyer").first()
    )
    assert shown is not None
    person = shown.claim.person_id
    people.erase(person, now=clock.now())
    work(clock.now())
    shown.refresh_from_db()
    assert (shown.file, shown.erased_at is not None) == ("", True)
    assert list(personal.files_of(person)) == []
    assert [result for result in examine() if not result.ok] == []
