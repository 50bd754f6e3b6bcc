"""The parts of the pages in a real browser: with scripts, without them, by keyboard, and as a screen reader meets them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import violations

FACES = ("storefront", "studio", "desk", "account")


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_passes_the_accessibility_engine(open_page, face, theme):
    page = open_page(f"/_ui?face={face}", size="desktop", color_scheme=theme, reduced_motion="reduce")
    expect(page.locator("ax-chart canvas").first).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_phone_never_scrolls_sideways(open_page, shoot, face, language):
    page = open_page(f"/_ui?face={face}", language=language)
    shoot(page, f"{face}-{language}")
    assert overflow(page) == 0


def test_a_combination_that_cannot_be_bought_is_greyed_and_blocks_the_buttons(open_page):
    page = open_page("/_ui")
    picker, buy = page.locator("ax-sku-picker"), page.locator("[data-needs-sku]").first
    expect(picker.locator("input[name=sku]")).to_have_value("sku_1")
    expect(picker.locator(".chip.missing")).to_have_text(["雾蓝", "墨绿", "M"])
    picker.get_by_role("radio", name="雾蓝").focus()
    page.keyboard.press("Space")
    expect(buy).to_be_disabled()
    picker.get_by_text("M", exact=True).click()
    expect(picker.locator("input[name=sku]")).to_have_value("sku_5")
    expect(buy).to_be_enabled()
    expect(page.locator("[data-sku-note]")).to_have_text("库存 99 件")


def test_the_price_follows_the_choice(open_page):
    page = open_page("/_ui")
    price, was = page.locator("[data-sku-price]"), page.locator("[data-sku-was]")
    expect(was).to_have_text("¥159.00")
    page.locator("ax-sku-picker").get_by_text("L", exact=True).click()
    expect(price).to_have_text("¥139.00")
    expect(was).to_be_empty()


def test_the_stepper_stays_between_one_and_the_stock(open_page):
    page = open_page("/_ui")
    field = page.locator("ax-stepper input")
    less, more = page.locator("ax-stepper button").all()
    expect(less).to_be_disabled()
    field.fill("50")
    field.press("Tab")
    expect(field).to_have_value("8")
    expect(more).to_be_disabled()
    less.click()
    expect(field).to_have_value("7")


def test_the_countdown_counts(open_page):
    shown = open_page("/_ui").locator("ax-countdown")
    expect(shown).to_have_text(re.compile(r"^00:29:\d\d$"))
    before = shown.inner_text()
    expect(shown).not_to_have_text(before)


def test_the_gallery_changes_the_big_picture_by_keyboard(open_page):
    page = open_page("/_ui")
    page.locator(".gallery-row a").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".gallery-stage img")).to_have_attribute("src", re.compile(r"mark\.svg$"))
    expect(page.locator(".gallery-row a").nth(1)).to_have_attribute("aria-current", "true")


def test_the_progress_bar_follows_the_job(open_page):
    page = open_page("/_ui")
    expect(page.locator("ax-progress progress")).to_have_attribute("value", "640")
    expect(page.locator("ax-progress [data-note]")).to_have_text("640 / 1000")


def test_a_half_sheet_opens_in_place_and_escape_gives_the_focus_back(open_page):
    page = open_page("/_ui")
    opener = page.locator("[data-opens=sample]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_suggestions_are_chosen_by_keyboard(open_page):
    page = open_page("/_ui")
    page.locator("#sample-search").fill("连衣裙")
    expect(page.locator(".suggestions:visible li")).to_have_text(["连衣裙女", "连衣裙男", "连衣裙新款"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=%E8%BF%9E%E8%A1%A3%E8%A3%99%E5%A5%B3"))


def test_the_theme_is_a_choice_that_stays(open_page):
    page = open_page("/_ui", size="desktop", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.locator("details.menu-drop > summary").last.click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "anxin-dark")
    assert page.evaluate(paper) != light
    page.goto("/_ui?face=studio")
    expect(page.locator("html")).to_have_attribute("data-theme", "anxin-dark")


def test_the_language_is_a_choice_that_stays(open_page):
    page = open_page("/_ui")
    page.locator("details.menu-drop > summary").last.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Components")


def test_the_keyboard_reaches_the_content_at_once(open_page):
    page = open_page("/mall")  # a page with a faulty field begins there
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_without_scripts_a_list_of_skus_and_the_plain_deadline_are_there(open_page):
    page = open_page("/_ui", java_script_enabled=False)
    expect(page.locator("select[name=sku]")).to_be_visible()
    expect(page.locator("select[name=sku] option[disabled]")).to_have_count(2)
    expect(page.locator("ax-sku-picker fieldset").first).to_be_hidden()
    expect(page.locator("ax-countdown time")).to_be_visible()
    page.locator("figure details summary").first.click()
    expect(page.locator("figure table").first).to_contain_text("¥2,010.00")
