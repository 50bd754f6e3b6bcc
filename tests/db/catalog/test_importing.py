"""Product files on a real database: good rows in, bad rows out, and an export that reads back without a change."""

import csv
import io
import os
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.catalog import NOON, a_draft, a_product, a_shop, a_stored_picture, some_content
from tests.builders.importing import an_export, an_import
from tests.builders.people import a_person
from tests.builders.shops import a_picture

from anxin.infra.worker import drain
from anxin.market.catalog.commands.importing import MAX_FILE_MIB, start_import
from anxin.market.catalog.importing.errors import BadMapping, FileTooLarge, ImportNotFound, MissingColumns
from anxin.market.catalog.importing.mapping import CategoryMapping, parse_mapping
from anxin.market.catalog.models import ImportJob, PriceChange, Product, ProductChange, ProductVersion, Sku
from anxin.market.catalog.queries import Question, category_tree, import_job, search
from anxin.market.inventory.models import Adjustment
from anxin.market.inventory.queries import on_hand

pytestmark = pytest.mark.django_db

HEADER = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Variant Barcode"
MUG = "mug,Enamel mug,<p>Holds tea</p>,Camp & Co,Drinkware,camp,true,Size,S,MUG-S,7,36.00,40.00,,690123\nmug,,,,,,,,L,MUG-L,0,48.50,,,\n"
DATA = Path(os.environ.get("ANXIN_DATA", "../shared/data")) / "catalog"


def everything() -> list[int]:
    return [model.objects.count() for model in (Product, Sku, ProductVersion, ProductChange, PriceChange, Adjustment)]


def test_a_product_comes_in_with_variants_prices_stock_and_category() -> None:
    shop = a_shop()
    report, _ = an_import(shop, f"{HEADER}\n{MUG}")
    assert (report.products_created, report.variants, report.rows_rejected) == (1, 2, 0)
    product = Product.objects.get(shop_id=shop)
    assert (product.title, product.brand, product.category_id) == ("Enamel mug", "Camp & Co", "home-tableware")
    small, large = Sku.objects.filter(product=product).order_by("position")
    assert (small.code, small.price_minor, small.compare_price_minor, small.barcode) == ("MUG-S", 3600, 4000, "690123")
    assert (large.price_minor, large.compare_price_minor) == (4850, None)
    assert on_hand([small.pk, large.pk]) == {small.pk: 7, large.pk: 0}


def test_the_same_file_again_changes_nothing() -> None:
    shop = a_shop()
    an_import(shop, f"{HEADER}\n{MUG}")
    before = everything()
    report, _ = an_import(shop, f"{HEADER}\n{MUG}")
    assert (report.products_unchanged, everything()) == (1, before)


def test_a_file_updates_by_handle_and_sku_and_leaves_what_it_does_not_name() -> None:
    shop = a_shop()
    an_import(shop, f"{HEADER}\n{MUG}")
    ids = set(Sku.objects.values_list("id", flat=True))
    report, _ = an_import(
        shop, "Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU\nmug,Mug,39,Size,S,MUG-S\n"
    )
    assert report.products_updated == 1
    product = Product.objects.get()
    assert (product.title, product.brand) == ("Mug", "Camp & Co")
    assert set(Sku.objects.filter(state="active").values_list("id", flat=True)) == ids
    assert sorted(Sku.objects.values_list("price_minor", flat=True)) == [3900, 4850]


def test_good_rows_go_in_and_bad_rows_come_back_ready_to_be_repaired_and_imported_alone() -> None:
    shop = a_shop()
    bad = MUG.replace("48.50", "-48.50")
    report, rejected = an_import(shop, f"{HEADER}\n{bad}")
    assert (report.products, report.rows_rejected) == (1, 1)
    (row,) = csv.DictReader(io.StringIO(rejected))
    assert (row["Error line"], row["Error column"], row["Error code"]) == ("3", "Variant Price", "csv.price_negative")
    repaired, _ = an_import(shop, rejected.replace("-48.50", "48.50").replace("'48.50", "48.50"))
    assert (repaired.products_updated, repaired.rows_rejected) == (1, 0)
    assert sorted(Sku.objects.filter(state="active").values_list("code", flat=True)) == ["MUG-L", "MUG-S"]


def test_a_sku_of_another_product_costs_its_row_and_nothing_else() -> None:
    shop = a_shop()
    other = "cup,Cup,,,Drinkware,,true,Size,S,MUG-S,1,5,,,\ncup,,,,,,,,M,CUP-M,1,5,,,\n"
    report, rejected = an_import(shop, f"{HEADER}\n{MUG}{other}")
    assert (report.products, report.rows_rejected) == (2, 1)
    assert "csv.sku_taken" in rejected


def test_a_trial_reports_the_same_and_writes_nothing(tmp_path: Path) -> None:
    shop = a_shop()
    (tmp_path / "a.jpg").write_bytes(a_picture(40, 40))
    text = f"{HEADER}\n{MUG}".replace("40.00,,", "40.00,a.jpg,")
    report, _ = an_import(shop, text, images=tmp_path, is_trial=True)
    assert (report.products_created, report.pictures_stored, Product.objects.count()) == (1, 1, 0)


def test_html_is_cleaned_on_its_way_in() -> None:
    shop = a_shop()
    evil = MUG.replace("<p>Holds tea</p>", "<p onclick=alert(1)>Holds</p><script>alert(1)</script>")
    an_import(shop, f"{HEADER}\n{evil}")
    assert Product.objects.get().description_html == "<p>Holds</p>"


def test_pictures_come_from_the_folder_by_file_name_and_never_from_outside_it(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "cup one.jpg").write_bytes(a_picture(80, 60))
    (tmp_path / "secret.jpg").write_bytes(a_picture(90, 60))
    shop = a_shop()
    text = f"{HEADER}\ncup,Cup,,,,,true,,,C,1,5,,https://cdn.example/files/cup%20one.jpg?v=1,\ncup,,,,,,,,,,,,,../secret.jpg,\n"
    report, _ = an_import(shop, text, images=folder)
    assert (report.pictures_stored, report.pictures_missing) == (1, 1)
    assert len(Product.objects.get().pictures) == 1


def test_goods_without_a_rule_go_to_the_fallback_and_are_listed() -> None:
    shop = a_shop()
    report, _ = an_import(shop, f"{HEADER}\nodd,Odd,,,Oddities,,true,,,O,1,5,,,\n")
    assert (dict(report.unmapped), Product.objects.get().category_id) == ({"Oddities": 1}, report.fallback)


def test_the_mapping_that_comes_with_anxin_names_only_categories_that_take_products() -> None:
    from anxin.market.catalog.commands.importing import read_mapping

    read_mapping().check({leaf.code for leaf in category_tree(now=NOON).leaves() if not leaf.is_retired})
    with pytest.raises(BadMapping):
        CategoryMapping((), "nowhere").check({"home-decor"})
    with pytest.raises(BadMapping):
        parse_mapping("fallback = 3")


def test_a_file_without_its_columns_changes_nothing() -> None:
    with pytest.raises(MissingColumns):
        an_import(a_shop(), "Handle,Vendor\nmug,Camp\n")
    assert Product.objects.count() == 0


def test_a_file_in_gb18030_comes_in() -> None:
    shop = a_shop()
    an_import(shop, f"{HEADER}\n羊毛衫,女士加厚羊毛衫，秋冬保暖,,,,,true,,,Y,1,5,,,\n".encode("gb18030"))
    assert Product.objects.get().title == "女士加厚羊毛衫，秋冬保暖"


def test_a_merchants_own_import_waits_for_a_review() -> None:
    shop = a_shop()
    an_import(shop, f"{HEADER}\n{MUG}", vouched=False)
    assert Product.objects.get().state == "draft"
    assert search(Question("mug")).total == 0


def test_a_batch_takes_the_same_number_of_statements_whatever_its_size() -> None:
    def statements(count: int) -> int:
        shop = a_shop()
        rows = "".join(f"p{number},Thing {number},,Brand,,,true,,,S{number},1,5,,,\n" for number in range(count))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            an_import(shop, f"{HEADER}\n{rows}")
        return len(captured)

    assert statements(200) <= statements(2) + 2


def test_an_export_reads_back_without_a_change_even_where_a_spreadsheet_would_run_it() -> None:
    shop = a_shop()
    content = some_content(
        title='=HYPERLINK("http://evil")',
        title_en="'+cmd",
        description_html='<p>Line one\nline "two", three</p>',
        brand="@brand",
        tags=("-tag", "plain"),
        product_type="＝wide",
    )
    a_product(shop, a_draft("formula", content=content))
    a_product(shop, a_draft("plain", content=some_content(option_names=()), skus=(plain_sku(),)))
    text = an_export(shop)
    cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))]
    before = everything()
    report, _ = an_import(shop, text)
    assert (report.products_unchanged, report.rows_rejected) == (2, 0)
    assert (everything(), an_export(shop)) == (before, text)


def plain_sku() -> object:
    from anxin.market.catalog.queries import SkuDraft

    return SkuDraft((), 990, 1290, code="=1+1", barcode="6901234567892", weight_grams=5)


@pytest.mark.parametrize(("catalogue", "products", "rejected"), [("apparel", 25, 0), ("snowdevil", 278, 1)])
def test_a_real_catalogue_comes_in_is_found_and_comes_back_the_same(
    catalogue: str, products: int, rejected: int
) -> None:
    folder = DATA / catalogue
    if not folder.exists():
        pytest.skip(f"{folder} is not here; ANXIN_DATA names the folder of the real catalogues")
    shop = a_shop()
    file = (folder / "products.csv").read_bytes()
    report, _ = an_import(shop, file, images=folder / "images")
    assert (report.products_created, report.rows_rejected) == (products, rejected)
    assert report.pictures_stored > 0
    before, text = everything(), an_export(shop)
    assert an_import(shop, text)[0].products_unchanged == products
    assert an_import(shop, file, images=folder / "images")[0].products_unchanged == products
    assert (everything(), an_export(shop)) == (before, text)
    assert _found_by_sku_and_description(shop)


def _found_by_sku_and_description(shop: UUID) -> bool:
    sku = (
        Sku.objects.filter(shop_id=shop, price_minor__gt=0, product__state="on_sale")
        .exclude(barcode="", code="")
        .first()
    )
    assert sku is not None
    by_code = search(Question(sku.code or sku.barcode, shop_id=shop)).page.items
    word = "organic" if sku.code else "waterproof"
    return sku.product_id in by_code and search(Question(word, shop_id=shop)).total > 0


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_file_is_imported_by_the_worker_and_its_rejected_rows_are_kept() -> None:
    shop = a_shop()
    bad = MUG.replace("48.50", "x")
    job_id = start_import(
        shop, "goods.csv", io.BytesIO(f"{HEADER}\n{bad}".encode()), is_trial=False, by=a_person(), now=NOON
    )
    assert import_job(shop, job_id).state == "waiting"
    drain(NOON)
    job = import_job(shop, job_id)
    assert (job.state, job.done_permille, job.report["products"], job.report["rows_rejected"]) == ("done", 1000, 1, 1)
    assert b"csv.price_malformed" in job.errors_file()
    assert job.faults == [(3, "Variant Price", "“{value}” is not a price.", "x")]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_read_ends_the_job_and_says_why() -> None:
    shop = a_shop()
    job_id = start_import(shop, "goods.csv", io.BytesIO(b"Handle\nmug\n"), is_trial=False, by=a_person(), now=NOON)
    drain(NOON)
    job = import_job(shop, job_id)
    assert job.state == "failed"
    assert job.failure == ("These columns are missing: {columns}.", {"columns": "Title, Variant Price"})


def test_an_upload_has_a_limit_and_belongs_to_its_shop() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"x" * size

    with pytest.raises(FileTooLarge):
        start_import(a_shop(), "endless.csv", Endless(), is_trial=False, by=a_person(), now=NOON)  # type: ignore[arg-type]
    assert ImportJob.objects.count() == 0
    assert MAX_FILE_MIB < 1024
    mine = start_import(a_shop(), "a.csv", io.BytesIO(b""), is_trial=True, by=a_person(), now=NOON)
    with pytest.raises(ImportNotFound):
        import_job(a_shop(), mine)


def test_a_picture_of_the_shop_is_known_again_by_its_own_address() -> None:
    shop = a_shop()
    key = a_stored_picture(70, 50)
    address = f"https://anxin.example/media/pictures/{key[:2]}/{key[2:]}-1600.jpg"
    report, _ = an_import(shop, f"{HEADER}\ncup,Cup,,,,,true,,,C,1,5,,{address},\n")
    assert report.pictures_missing == 0
    assert Product.objects.get().pictures == [{"key": key, "alt": ""}]
