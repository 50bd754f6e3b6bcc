"""What waits for the platform's reviewers in the demo market: new products, changed ones, and shops that want to open."""

from datetime import timedelta
from uuid import UUID

from anxin.infra import uploads, vault
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.catalog.commands.reviews import submit as submit_product
from anxin.market.catalog.commands.saving import create_product, edit_product
from anxin.market.catalog.queries import CategoryTree
from anxin.market.shops.commands import applications
from anxin.market.shops.commands.applications import Document, NewPaper, PaperKind
from anxin.market.shops.queries import ShopType
from anxin.world import goods as wares
from anxin.world.folk import Buyer, Shop
from anxin.world.goods import Goods
from anxin.world.pictures import shop_banner

NEW, CHANGED = 6, 4
# (entity, its credit code, person, identity number, shop, in English, top category): numbers with right check digits
APPLICANTS = (
    (
        "南屿（演示）食品有限公司",
        "91310000MA00000719",
        "许南",
        "310101199005170072",
        "南屿果干",
        "Nanyu Dried Fruit",
        "home",
    ),
    (
        "远岫（演示）家居有限公司",
        "91310000MA0000072C",
        "何远",
        "310101199005170099",
        "远岫家居",
        "Yuanxiu Living",
        "home",
    ),
)
PAPERS = (PaperKind.BUSINESS_LICENCE, PaperKind.LEGAL_PERSON_ID, PaperKind.CORPORATE_ACCOUNT)


def queue_products(
    waiting: list[tuple[Goods, list[str]]], changed: list[tuple[UUID, Goods, list[str]]], shops: dict[str, Shop],
    tree: CategoryTree, *, now: Instant,
) -> None:  # fmt: skip
    """Submit new products, and changes of products that are on sale (a better title)."""
    for one, pictures in waiting:
        shop = shops[one.shop.slug]
        saved = create_product(shop.id, wares.save_of(one, pictures, tree).draft, by=shop.owner_id, now=now)
        submit_product(shop.id, saved.product_id, by=shop.owner_id, now=now)
    for product_id, one, pictures in changed:
        shop = shops[one.shop.slug]
        draft = wares.save_of(wares.renamed(one, f"【新包装】{one.title}"), pictures, tree).draft
        edit_product(shop.id, product_id, draft, by=shop.owner_id, now=now)
        submit_product(shop.id, product_id, by=shop.owner_id, now=now)


def queue_applications(buyers: list[Buyer], *, now: Instant) -> None:
    """Let two people apply to open a shop, papers and all."""
    for buyer, (entity, code, person, number, name, english, top) in zip(buyers[5:], APPLICANTS, strict=False):
        document = Document(
            shop_type=ShopType.ENTERPRISE,
            entity_name=entity,
            entity_code=code,
            person_name=person,
            person_number=number,
            shop_name=name,
            shop_name_en=english,
            categories=(top,),
            contact_phone=buyer.address.phone,
            account_name=entity,
            account_number="6222020200112230000",
            bank_name="演示银行",
        )
        application = applications.start(buyer.id, now=now)
        applications.save_draft(application, document, applicant_id=buyer.id, version=1, now=now)
        for index, kind in enumerate(PAPERS):
            page = vault.keep(uploads.clean_document(shop_banner(("📄",), "stone", seed=index))[0])
            expires_on = shanghai_day(now + timedelta(days=1_500))
            paper = NewPaper(kind, (page,), expires_on=expires_on)
            applications.add_paper(application, paper, applicant_id=buyer.id, now=now)
        applications.submit(application, applicant_id=buyer.id, version=2, now=now)
