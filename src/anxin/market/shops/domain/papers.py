"""What an application must contain to be submitted: every fault at once, so that nobody is sent back twice."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from anxin.market.shops.domain.identity import age_years, citizen_birth_date, is_credit_code
from anxin.market.shops.domain.rules import Rulebook
from anxin.market.shops.domain.types import EntityKind, PaperKind, ShopType

TEXT_MAX = 120
LINKS_MAX = 5


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong: a stable code, the field it is about, and facts for the message."""

    code: str
    field: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class AuthorisationLink:
    """One step of a brand's authorisation (品牌授权链路): who lets whom use the mark."""

    grantor: str
    grantee: str
    exclusive: bool = False
    expires_on: date | None = None


@dataclass(frozen=True)
class Brand:
    """A trade mark (R registered, TM applied for) and the chain from its owner to the applicant."""

    name: str
    mark_number: str
    registered: bool
    owner: str
    applied_on: date | None = None
    links: tuple[AuthorisationLink, ...] = ()


@dataclass(frozen=True)
class Document:
    """What an applicant wrote; a draft may lack anything."""

    shop_type: ShopType | None = None
    entity_name: str = ""
    entity_code: str = ""
    person_name: str = ""
    person_number: str = ""
    shop_name: str = ""
    shop_name_en: str = ""
    categories: tuple[str, ...] = ()
    contact_phone: str = ""
    contact_email: str = ""
    account_name: str = ""
    account_number: str = ""
    bank_name: str = ""
    zero_deposit: bool = False
    brand: Brand | None = None


@dataclass(frozen=True)
class PaperFacts:
    """What the check needs to know of an uploaded paper."""

    kind: PaperKind
    expires_on: date | None = None


@dataclass(frozen=True)
class Surroundings:
    """What is true outside the document: shops that this entity already has, whether the name is taken."""

    shops_of_entity: int = 0
    name_taken: bool = False


def faults(
    document: Document,
    papers: tuple[PaperFacts, ...],
    around: Surroundings,
    book: Rulebook,
    today: date,
) -> tuple[Reason, ...]:
    """Return every reason why the application cannot be submitted; empty means that it can."""
    if document.shop_type is None:
        return (Reason("shop_type_missing", "shop_type"),)
    return (
        *_entity_faults(document, around, book, today),
        *name_faults(document, around, book),
        *_contact_faults(document),
        *_category_faults(document, book),
        *_brand_faults(document, book, today),
        *_paper_faults(document, papers, book, today),
    )


def papers_needed(document: Document, book: Rulebook) -> tuple[PaperKind, ...]:
    """Return the kinds of papers that this application must show, in the order of the form."""
    if document.shop_type is None:
        return ()
    needed = list(book.types[document.shop_type].papers)
    if document.brand is not None and document.brand.links:
        needed.append(PaperKind.BRAND_AUTHORISATION)
    for category in document.categories:
        needed.extend(book.category_licences.get(category, ()))
    return tuple(dict.fromkeys(needed))


def entity_kind(document: Document, book: Rulebook) -> EntityKind:
    """Return who stands behind the shop, which its type decides."""
    if document.shop_type is None:
        return EntityKind.PERSON
    return book.types[document.shop_type].entity


def entity_key(document: Document, book: Rulebook) -> str:
    """Return the number by which shops of the same entity are counted."""
    if entity_kind(document, book) is EntityKind.PERSON:
        return document.person_number
    return document.entity_code


def _entity_faults(document: Document, around: Surroundings, book: Rulebook, today: date) -> list[Reason]:
    found: list[Reason] = []
    kind = entity_kind(document, book)
    if kind is not EntityKind.PERSON:
        if not document.entity_name:
            found.append(Reason("missing", "entity_name"))
        if not is_credit_code(document.entity_code):
            found.append(Reason("credit_code_wrong", "entity_code"))
    if kind is EntityKind.COMPANY:
        found.extend(_account_faults(document))
    if not document.person_name:
        found.append(Reason("missing", "person_name"))
    born = citizen_birth_date(document.person_number)
    if born is None or born > today:
        found.append(Reason("person_number_wrong", "person_number"))
    elif age_years(born, today) < book.age_years_min:
        found.append(Reason("too_young", "person_number", {"years": str(book.age_years_min)}))
    if around.shops_of_entity >= book.shops_max[kind]:
        found.append(Reason("too_many_shops", "entity_code", {"count": str(book.shops_max[kind])}))
    return found


def _account_faults(document: Document) -> list[Reason]:
    found = [
        Reason("missing", name)
        for name in ("account_name", "account_number", "bank_name")
        if not getattr(document, name)
    ]
    if document.account_name and document.account_name != document.entity_name:
        found.append(Reason("account_of_another", "account_name"))
    return found


def name_faults(document: Document, around: Surroundings, book: Rulebook) -> list[Reason]:
    """Return what is wrong with the shop's name."""
    rule, name = book.names, document.shop_name
    found: list[Reason] = []
    if not rule.length_min <= len(name) <= rule.length_max:
        facts = {"least": str(rule.length_min), "most": str(rule.length_max)}
        found.append(Reason("name_length", "shop_name", facts))
    found.extend(
        Reason("name_reserved", "shop_name", {"word": word})
        for word in rule.reserved
        if word in name or word in document.shop_name_en
    )
    # The longest word decides: 官方旗舰店 contains 旗舰店 and must not be judged as one.
    worn = max((word for word in rule.type_words if word in name), key=len, default=None)
    if worn is not None and document.shop_type not in rule.type_words[worn]:
        found.append(Reason("name_of_other_type", "shop_name", {"word": worn}))
    if around.name_taken:
        found.append(Reason("name_taken", "shop_name"))
    return found


def _contact_faults(document: Document) -> list[Reason]:
    return [] if document.contact_phone else [Reason("missing", "contact_phone")]


def _category_faults(document: Document, book: Rulebook) -> list[Reason]:
    if not document.categories:
        return [Reason("missing", "categories")]
    if document.shop_type is not ShopType.PERSONAL:
        return []
    return [
        Reason("category_needs_company", "categories", {"category": code})
        for code in document.categories
        if code in book.category_licences
    ]


def _brand_faults(document: Document, book: Rulebook, today: date) -> list[Reason]:
    rule = book.types[document.shop_type] if document.shop_type else None
    if rule is None or rule.brand_depth_max is None:
        return []
    if document.brand is None or not document.brand.name or not document.brand.mark_number:
        return [Reason("missing", "brand")]
    brand = document.brand
    found: list[Reason] = []
    if not brand.registered:
        waited = timedelta(days=book.trademark_pending_days_min)
        if brand.applied_on is None or brand.applied_on + waited > today:
            found.append(Reason("trademark_too_fresh", "brand", {"days": str(book.trademark_pending_days_min)}))
    if len(brand.links) > rule.brand_depth_max:
        found.append(Reason("chain_too_long", "brand", {"most": str(rule.brand_depth_max)}))
    found.extend(_chain_faults(brand, document.entity_name, today))
    if rule.exclusive and not all(link.exclusive for link in brand.links):
        found.append(Reason("chain_not_exclusive", "brand"))
    return found


def _chain_faults(brand: Brand, entity_name: str, today: date) -> list[Reason]:
    found: list[Reason] = []
    holder = brand.owner
    for link in brand.links:
        if link.grantor != holder:
            found.append(Reason("chain_broken", "brand", {"expected": holder, "found": link.grantor}))
        if link.expires_on is not None and link.expires_on <= today:
            found.append(Reason("authorisation_expired", "brand", {"grantor": link.grantor}))
        holder = link.grantee
    if holder != entity_name:
        found.append(Reason("chain_ends_elsewhere", "brand", {"expected": entity_name, "found": holder}))
    return found


def _paper_faults(document: Document, papers: tuple[PaperFacts, ...], book: Rulebook, today: date) -> list[Reason]:
    shown: dict[PaperKind, list[PaperFacts]] = {}
    for paper in papers:
        shown.setdefault(paper.kind, []).append(paper)
    found: list[Reason] = []
    for kind in papers_needed(document, book):
        if kind not in shown:
            found.append(Reason("paper_missing", f"paper.{kind}", {"paper": kind}))
            continue
        days = book.days_left_min.get(kind)
        if days is not None and not all(_valid_long_enough(paper, days, today) for paper in shown[kind]):
            found.append(Reason("paper_expires", f"paper.{kind}", {"paper": kind, "days": str(days)}))
    return found


def _valid_long_enough(paper: PaperFacts, days: int, today: date) -> bool:
    """A paper without an end is valid for good; otherwise it must outlive the given days."""
    return paper.expires_on is None or paper.expires_on > today + timedelta(days=days)


def document_to_json(document: Document) -> dict[str, Any]:
    """Write a document as plain JSON."""
    data: dict[str, Any] = {name: getattr(document, name) for name in _PLAIN_FIELDS}
    data["shop_type"] = document.shop_type.value if document.shop_type else ""
    data["categories"] = list(document.categories)
    data["brand"] = _brand_to_json(document.brand) if document.brand else None
    return data


def document_from_json(data: Mapping[str, Any]) -> Document:
    """Read a document as `document_to_json` wrote it; what is absent is empty."""
    plain = {name: data[name] for name in _PLAIN_FIELDS if name in data}
    return Document(
        shop_type=ShopType(data["shop_type"]) if data.get("shop_type") else None,
        categories=tuple(data.get("categories", ())),
        brand=_brand_from_json(data["brand"]) if data.get("brand") else None,
        **plain,
    )


_PLAIN_FIELDS = (
    "entity_name",
    "entity_code",
    "person_name",
    "person_number",
    "shop_name",
    "shop_name_en",
    "contact_phone",
    "contact_email",
    "account_name",
    "account_number",
    "bank_name",
    "zero_deposit",
)


def _brand_to_json(brand: Brand) -> dict[str, Any]:
    return {
        "name": brand.name,
        "mark_number": brand.mark_number,
        "registered": brand.registered,
        "owner": brand.owner,
        "applied_on": brand.applied_on.isoformat() if brand.applied_on else None,
        "links": [
            {
                "grantor": link.grantor,
                "grantee": link.grantee,
                "exclusive": link.exclusive,
                "expires_on": link.expires_on.isoformat() if link.expires_on else None,
            }
            for link in brand.links
        ],
    }


def _brand_from_json(data: Mapping[str, Any]) -> Brand:
    return Brand(
        name=data["name"],
        mark_number=data["mark_number"],
        registered=data["registered"],
        owner=data["owner"],
        applied_on=_day(data.get("applied_on")),
        links=tuple(
            AuthorisationLink(link["grantor"], link["grantee"], link["exclusive"], _day(link.get("expires_on")))
            for link in data.get("links", ())
        ),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
