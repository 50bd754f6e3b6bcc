"""Freight templates, staff and the profile of a shop."""

from datetime import timedelta

import pytest
from tests.builders.people import CHAOYANG, a_person
from tests.builders.shops import NOW, a_credit_code, a_picture, an_open_shop, another_document

from anxin.infra.media import store_picture
from anxin.kernel.ids import new_id
from anxin.kernel.states import LostRace
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import balance
from anxin.market.people.errors import LastOwner
from anxin.market.people.queries import OrgKind, Role, actor_of
from anxin.market.shops import queries
from anxin.market.shops.commands import freight, profile, staff
from anxin.market.shops.commands.freight import Tariff, Template, TemplateDraft, Unit
from anxin.market.shops.commands.loading import LoadedShop, load_shops
from anxin.market.shops.errors import (
    BadProfile,
    BadTemplate,
    DefaultTemplateNeeded,
    TemplateNameTaken,
    UnknownInvitation,
    UnknownTemplate,
)
from anxin.market.shops.queries import EntityKind, FreightLine, ShopType

pytestmark = pytest.mark.django_db
BY_PIECE = Template(Unit.PIECE, Tariff(1, 800, 1, 200))


@pytest.fixture
def shop_id():
    return an_open_shop()


def terms_of(shop_id):
    return queries.terms([shop_id])[shop_id]


def test_a_new_shop_sends_free(shop_id):
    line = FreightLine(3, 1_000)
    assert queries.freight_minor(terms_of(shop_id), [(None, line)], CHAOYANG) == 0


def test_a_template_is_used_by_lines_that_name_it(shop_id):
    template_id = freight.create_template(shop_id, TemplateDraft("按件", BY_PIECE), now=NOW)
    terms, line = terms_of(shop_id), FreightLine(3, 1_000)
    assert queries.freight_minor(terms, [(template_id, line)], CHAOYANG) == 1_200
    assert queries.freight_minor(terms, [(None, line)], CHAOYANG) == 0
    assert queries.freight_minor(terms, [(template_id, line)], "810000") is None


def test_a_new_default_takes_the_place_of_the_old(shop_id):
    template_id = freight.create_template(shop_id, TemplateDraft("按件", BY_PIECE, is_default=True), now=NOW)
    assert [row.is_default for row in queries.freight_templates(shop_id)] == [True, False]
    assert terms_of(shop_id).default_freight_template == str(template_id)


def test_the_default_cannot_be_deleted_and_others_can(shop_id):
    template_id = freight.create_template(shop_id, TemplateDraft("按件", BY_PIECE), now=NOW)
    with pytest.raises(DefaultTemplateNeeded):
        freight.delete_template(shop_id, queries.freight_templates(shop_id)[0].id, now=NOW)
    freight.delete_template(shop_id, template_id, now=NOW)
    assert len(queries.freight_templates(shop_id)) == 1


def test_templates_of_a_shop_have_different_names(shop_id):
    with pytest.raises(TemplateNameTaken):
        freight.create_template(shop_id, TemplateDraft("包邮", BY_PIECE), now=NOW)


def test_another_shop_s_template_is_not_there(shop_id):
    other = an_open_shop(another_document())
    template_id = queries.freight_templates(shop_id)[0].id
    with pytest.raises(UnknownTemplate):
        freight.save_template(other, template_id, TemplateDraft("x", BY_PIECE), version=1, now=NOW)
    with pytest.raises(UnknownTemplate):
        freight.delete_template(other, template_id, now=NOW)
    with pytest.raises(UnknownTemplate):
        queries.freight_template(other, template_id)


def test_a_stale_template_does_not_overwrite_a_newer_one(shop_id):
    template_id = queries.freight_templates(shop_id)[0].id
    freight.save_template(shop_id, template_id, TemplateDraft("包邮", BY_PIECE), version=1, now=NOW)
    with pytest.raises(LostRace):
        freight.save_template(shop_id, template_id, TemplateDraft("包邮", BY_PIECE), version=1, now=NOW)


def test_a_template_that_cannot_be_used_is_refused_with_its_faults(shop_id):
    with pytest.raises(BadTemplate) as refused:
        freight.create_template(shop_id, TemplateDraft(" ", Template(Unit.PIECE, Tariff(0))), now=NOW)
    assert refused.value.faults == ("step_out_of_range", "name_length")


def test_an_invitation_makes_one_member_once(shop_id):
    invited = staff.invite(shop_id, Role.SERVICE_AGENT, invited_by=a_person(), now=NOW)
    first, second = a_person(), a_person()
    assert staff.accept(invited.token, person_id=first, now=NOW) == shop_id
    assert actor_of(first).roles_in(OrgKind.SHOP, shop_id) == {Role.SERVICE_AGENT}
    with pytest.raises(UnknownInvitation):
        staff.accept(invited.token, person_id=second, now=NOW)


def test_an_invitation_ends_after_seven_days(shop_id):
    invited = staff.invite(shop_id, Role.MANAGER, invited_by=a_person(), now=NOW)
    with pytest.raises(UnknownInvitation):
        staff.accept(invited.token, person_id=a_person(), now=NOW + timedelta(days=7))


def test_a_revoked_invitation_is_useless(shop_id):
    invited = staff.invite(shop_id, Role.MANAGER, invited_by=a_person(), now=NOW)
    staff.revoke_invitation(shop_id, invited.invitation_id, now=NOW)
    with pytest.raises(UnknownInvitation):
        staff.accept(invited.token, person_id=a_person(), now=NOW)


def test_another_shop_cannot_revoke_this_shop_s_invitation(shop_id):
    invited = staff.invite(shop_id, Role.MANAGER, invited_by=a_person(), now=NOW)
    with pytest.raises(UnknownInvitation):
        staff.revoke_invitation(an_open_shop(another_document()), invited.invitation_id, now=NOW)


def test_ownership_is_not_given_by_a_link(shop_id):
    with pytest.raises(ValueError, match="owner"):
        staff.invite(shop_id, Role.OWNER, invited_by=a_person(), now=NOW)


def test_the_last_owner_stays():
    owner = a_person()
    shop_id = an_open_shop(owner_id=owner)
    with pytest.raises(LastOwner):
        staff.remove_member(shop_id, owner, Role.OWNER, removed_by=owner, now=NOW)


def test_a_profile_is_changed_by_compare_and_set(shop_id):
    changed = profile.Profile("青禾女装", "Qinghe", intro="自然的衣裳", intro_en="Natural clothes")
    version = queries.shop(shop_id).version
    profile.change_profile(shop_id, changed, version=version, now=NOW)
    assert queries.shop(shop_id).intro_en == "Natural clothes"
    with pytest.raises(LostRace):
        profile.change_profile(shop_id, changed, version=version, now=NOW)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("安心购严选", "name_reserved"),
        ("青禾旗舰店", "name_of_other_type"),
        ("青", "name_length"),
        ("第2小店", "name_taken"),
    ],
)
def test_a_name_is_checked_again_when_it_changes(shop_id, name, code):
    an_open_shop(another_document())
    with pytest.raises(BadProfile) as refused:
        profile.change_profile(shop_id, profile.Profile(name), version=1, now=NOW)
    assert [reason.code for reason in refused.value.reasons] == [code]


def test_a_return_address_needs_a_district(shop_id):
    address = profile.ReturnAddress("仓库", "13800138000", "110000", "建国路 88 号")
    with pytest.raises(BadProfile):
        profile.set_return_address(shop_id, address, version=1, now=NOW)
    right = profile.ReturnAddress("仓库", "13800138000", CHAOYANG, "建国路 88 号")
    profile.set_return_address(shop_id, right, version=1, now=NOW)
    assert queries.shop(shop_id).return_address["text"].endswith("朝阳区 建国路 88 号")


def test_a_picture_of_the_media_store_is_shown(shop_id):
    key = store_picture(a_picture())
    profile.set_picture(shop_id, profile.Slot.LOGO, key, now=NOW)
    assert queries.shop(shop_id).logo == key


def test_many_shops_are_loaded_in_a_fixed_number_of_statements(django_assert_max_num_queries):
    shops = [
        LoadedShop(
            id=new_id(),
            slug=f"shop-{number}",
            name=f"小店{number}",
            name_en=f"Shop {number}",
            shop_type=ShopType.ENTERPRISE,
            entity_kind=EntityKind.COMPANY,
            entity_name=f"公司{number}",
            entity_code=a_credit_code(number),
            categories=("womenswear",),
            deposit_due_minor=50_000,
            deposit_paid_minor=50_000,
        )
        for number in range(40)
    ]
    with django_assert_max_num_queries(14):
        load_shops(shops, now=NOW)
    assert len(queries.terms([one.id for one in shops])) == 40
    assert balance(shop_account(shops[7].id, "deposit")) == 50_000
    assert queries.restrictions(shops[7].id, now=NOW).rows == ()


def test_shops_are_found_by_name_and_paged(shop_id):
    other = an_open_shop(another_document())
    assert [row.id for row in queries.shops_page("青禾").items] == [shop_id]
    first = queries.shops_page(limit=1)
    assert [row.id for row in first.items] == [other]
    assert [row.id for row in queries.shops_page(cursor=first.next_cursor, limit=1).items] == [shop_id]
