"""The interest console with figures to show: an engine that learned, answers that were seen and liked."""

import json
import re
from html import unescape

import pytest

from anxin.infra import clock
from anxin.market.people.queries import Role
from tests.http.test_interest_console import WEIGHTS, browser
from tests.support.engine import a_home, a_learner, some_notes, visits

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def learner(monkeypatch, tmp_path):
    with a_home(monkeypatch, tmp_path):
        some_notes()
        with a_learner() as it:
            yield it


def charts(answer) -> list[dict]:
    assert answer.status_code == 200
    return [json.loads(unescape(text)) for text in re.findall(r'data-chart="([^"]*)"', answer.content.decode())]


def test_calibration_is_drawn_a_head_at_a_time(learner):
    visits(12, now=clock.now())
    client = browser(Role.ADMINISTRATOR)
    drawn = {one["title"]: one for one in charts(client.get("/desk/interest/calibration"))}
    assert "Like" in drawn
    assert len(drawn["Like"]["labels"]) == len(drawn["Like"]["series"][0]["values"]) == 10
    client.cookies["django_language"] = "zh-hans"
    assert "点赞" in {one["title"] for one in charts(client.get("/desk/interest/calibration"))}


def test_shares_the_dry_run_and_the_shadow_have_figures(learner):
    visits(12, now=clock.now())
    boss = browser(Role.ADMINISTRATOR)
    assert {one["title"] for one in charts(boss.get("/desk/interest"))} >= {"Share of places by source"}
    tried = boss.post("/desk/interest/value/change", {**WEIGHTS, "try": "1"})
    assert tried.status_code == 200
    assert "cannot tell" in tried.content.decode()
