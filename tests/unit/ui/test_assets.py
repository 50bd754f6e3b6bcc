import json

import pytest
from django.test import override_settings

from anxin.ui.assets import asset_url


def test_the_collected_build_wins_over_a_newer_one_in_the_source(tmp_path):
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "manifest.json").write_text(json.dumps({"app.css": "app-collected.css"}))
    with override_settings(STATIC_ROOT=tmp_path):
        assert asset_url("app.css") == "/static/built/app-collected.css"


def test_before_anything_is_collected_the_build_in_the_source_is_used(tmp_path):
    with override_settings(STATIC_ROOT=tmp_path / "nothing"):
        assert asset_url("app.css").startswith("/static/built/app-")


def test_an_unknown_asset_is_an_error(tmp_path):
    with override_settings(STATIC_ROOT=tmp_path), pytest.raises(KeyError):
        asset_url("no-such.css")
