"""A large catalogue: `anxin bench import` and `anxin bench pages`, both on 100,000 products made up here."""

import csv
import json
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.live import ROOT, running_market

ROWS = 100_000
ROUNDS = 300
SHOP = "bench"
COLUMNS = (
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Qty",
    "Variant Price",
    "Variant Compare At Price",
)
KINDS = {
    "Gloves": "手套",
    "Hats": "帽子",
    "Jackets": "夹克",
    "Dresses": "连衣裙",
    "Boots": "靴子",
    "Coffee": "咖啡",
    "Lighting": "灯具",
    "Headphones": "耳机",
    "Bedding": "床上用品",
    "Notebooks": "笔记本",
    "Skincare": "面霜",
    "Toys": "玩具",
}
LOOKS = ("轻薄", "加厚", "复古", "简约", "户外", "便携", "防水", "手工", "经典", "新款", "北欧", "日式", "透气", "保暖")
STUFFS = ("羊毛", "纯棉", "真皮", "亚麻", "尼龙", "不锈钢", "陶瓷", "实木", "硅胶", "竹纤维")
ENGLISH = ("alpine", "river", "cedar", "harbor", "nimbus", "ember", "willow", "granite", "meadow", "summit", "lunar")
BRANDS = tuple(
    f"{first}{last}"
    for first in ("North", "Blue", "Silver", "Quiet", "Bright")
    for last in ("Peak", "Mill", "Wren", "Oak")
)
SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
    "yo",
    "zu",
)
PROSE = tuple(first + second + third for first in SYLLABLES for second in SYLLABLES for third in SYLLABLES[:5])
COLOURS = ("Black", "Ivory", "Navy", "Moss", "Rust")
SEARCHES = (
    "手套",
    "羊毛 手套",
    "保暖 夹克",
    "alpine gloves",
    "headphones",
    "咖啡",
    "cedar",
    "SKU-0{number:06d}",
    "北欧 灯具",
    "NorthPeak boots",
    "真皮 靴子",
    "granite lighting",
)


def import_rows(rows: int = ROWS) -> dict[str, Any]:
    """Import a file of `rows` rows with the command line; return its rate and the peak of its memory."""
    with running_market() as (home, _url, _process):
        return _imported(home, rows)


def pages(rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Time product, search, category and shop pages on a mall of `rows` products, one after the other."""
    with running_market() as (home, url, _process):
        _imported(home, rows)
        with httpx.Client(base_url=url, timeout=60) as client:
            return {"products": rows, **measured(client, rounds)}


def measured(client: httpx.Client, rounds: int) -> dict[str, Any]:
    """Return the median and 95th percentile of each kind of page in milliseconds, inside the server and for a client here."""
    chance = random.Random(7)
    products = sorted(
        {found for word in ("手套", "夹克", "咖啡", "耳机") for found in _links(client, f"/search?q={word}")}
    )
    made = {
        "search": lambda: f"/search?q={chance.choice(SEARCHES).format(number=chance.randrange(9_999))}",
        "search_by_price": lambda: f"/search?q={chance.choice(tuple(KINDS.values()))}&sort=price",
        "product": lambda: chance.choice(products),
        "category": lambda: (
            f"/c/{chance.choice(('accessories-gloves', 'menswear-jacket', 'food-coffee', 'accessories'))}"
        ),
        "suggest": lambda: f"/search/suggest?q={chance.choice(('手', 'alp', 'north', '加厚', 'ced'))}",
    }
    return {
        f"{name}_{figure}_ms": value
        for name, make in made.items()
        for figure, value in _timed(client, make, rounds).items()
    }


def write_catalogue(path: Path, rows: int) -> None:
    """Write a product file of one variant a product; the same rows every time."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(_rows(rows))


def _rows(rows: int) -> Iterator[tuple[str | int, ...]]:
    chance = random.Random(20)
    for number in range(rows):
        kind = chance.choice(tuple(KINDS))
        look, stuff, name = chance.choice(LOOKS), chance.choice(STUFFS), chance.choice(ENGLISH)
        title = f"{look}{stuff}{KINDS[kind]} {name.title()} {kind} {number}"
        words = " ".join(chance.choices(PROSE, k=40))
        price = chance.randrange(900, 200_000)
        yield (
            f"thing-{number}",
            title,
            f"<p>{title}</p><ul><li>{words}</li></ul>",
            chance.choice(BRANDS),
            kind,
            f"{look}, {name}",
            "true",
            "Color",
            chance.choice(COLOURS),
            f"SKU-{number:07d}",
            chance.randrange(50, 3000),
            chance.randrange(0, 500),
            f"{price / 100:.2f}",
            f"{price * 1.3 / 100:.2f}" if chance.random() < 0.3 else "",
        )


def _imported(home: Path, rows: int) -> dict[str, Any]:
    from tests.builders.catalog import a_shop

    from anxin.infra.clock import now

    a_shop(now=now(), slug=SHOP)
    file = home / "catalogue.csv"
    write_catalogue(file, rows)
    began = time.monotonic()
    command = [sys.executable, "-m", "anxin.entry.cli", "import", "products", str(file), "--shop", SHOP, "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        peak = _peak_mib(process)
        report = json.loads((process.stdout or sys.stdin).read())
    seconds = time.monotonic() - began
    return {
        "rows": rows,
        "products": report["products"],
        "seconds": round(seconds, 1),
        "rows_per_s": round(rows / seconds),
        "peak_mib": round(peak),
        "rejected": report["rows_rejected"],
    }


def _peak_mib(process: subprocess.Popen[bytes]) -> float:
    peak = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.05)
    return peak / 2**20


def _links(client: httpx.Client, address: str) -> list[str]:
    return re.findall(r'href="(/product/prd_[0-9a-z]+)"', client.get(address).text)


def _timed(client: httpx.Client, make: Any, rounds: int) -> dict[str, float]:
    """Return what the server says it took and computed itself (without the database), and what the client waited for."""
    for _ in range(10):
        client.get(make()).raise_for_status()
    times: dict[str, list[float]] = {"app": [], "cpu": [], "client": []}
    for _ in range(rounds):
        address = make()
        began = time.perf_counter()
        answer = client.get(address).raise_for_status()
        times["client"].append((time.perf_counter() - began) * 1000)
        for name, spent in re.findall(r"(app|cpu);dur=([0-9.]+)", answer.headers["Server-Timing"]):
            times[name].append(float(spent))
    figures = {}
    for name, measured_ms in times.items():
        cut = statistics.quantiles(measured_ms, n=100)
        figures |= {f"{name}_p50": round(cut[49], 1), f"{name}_p95": round(cut[94], 1)}
    return figures
