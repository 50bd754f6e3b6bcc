"""Shops, applications and papers with honest defaults."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from anxin.infra import uploads, vault
from anxin.kernel.clock import Instant, instant
from anxin.market.people.queries import Role
from anxin.market.shops.commands import applications, reviews
from anxin.market.shops.commands.applications import NewPaper
from anxin.market.shops.domain.identity import citizen_check, credit_code_check
from anxin.market.shops.domain.papers import AuthorisationLink, Brand, Document, PaperFacts, papers_needed
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import PaperKind, ShopType
from anxin.market.shops.models import Application
from tests.builders.people import a_person, with_role

TODAY = date(2026, 6, 15)
NOW = instant(2026, 6, 15, 4)


def a_credit_code(number: int = 1) -> str:
    body = f"91310000MA{number:07d}"
    return body + credit_code_check(body)


def a_citizen_number(born: date = date(1990, 5, 17), sequence: int = 7) -> str:
    body = f"310101{born:%Y%m%d}{sequence:03d}"
    return body + citizen_check(body)


def a_document(shop_type: ShopType = ShopType.ENTERPRISE, **changes: Any) -> Document:
    company = "上海青禾服饰有限公司"
    document = Document(
        shop_type=shop_type,
        entity_name=company,
        entity_code=a_credit_code(),
        person_name="林青",
        person_number=a_citizen_number(),
        shop_name="青禾女装",
        shop_name_en="Qinghe Womenswear",
        categories=("womenswear",),
        contact_phone="+8613800138000",
        account_name=company,
        account_number="6222020200112230000",
        bank_name="中国工商银行上海分行",
        brand=a_brand(company) if shop_type in BRANDED else None,
    )
    return replace(document, **changes)


BRANDED = (ShopType.OFFICIAL_FLAGSHIP, ShopType.FLAGSHIP, ShopType.EXCLUSIVE, ShopType.MULTI_BRAND)


def a_brand(owner: str, *holders: str, exclusive: bool = True, **changes: Any) -> Brand:
    """A registered brand of `owner`, passed on to each of `holders` in turn."""
    names = (owner, *holders)
    links = tuple(
        AuthorisationLink(grantor, grantee, exclusive, date(2028, 1, 1)) for grantor, grantee in pairwise(names)
    )
    return replace(Brand("青禾", "4455667", registered=True, owner=owner, links=links), **changes)


def papers_for(document: Document, expires_on: date | None = date(2030, 1, 1)) -> tuple[PaperFacts, ...]:
    return tuple(PaperFacts(kind, expires_on) for kind in papers_needed(document, rulebook_at(TODAY)))


def a_picture(width: int = 60, height: int = 40) -> bytes:
    import io

    from PIL import Image

    data = io.BytesIO()
    Image.new("RGB", (width, height), "#d94f30").save(data, "PNG")
    return data.getvalue()


def a_draft(applicant_id: UUID, document: Document | None = None, *, now: Instant = NOW, **papers: Any) -> UUID:
    """A complete application that was not sent yet."""
    written = document or a_document()
    application_id = applications.start(applicant_id, now=now)
    applications.save_draft(application_id, written, applicant_id=applicant_id, version=1, now=now)
    for kind in papers_needed(written, rulebook_at(TODAY)):
        paper = NewPaper(kind, (vault.keep(uploads.clean_document(a_picture())[0]),), expires_on=papers.get(kind))
        applications.add_paper(application_id, paper, applicant_id=applicant_id, now=now)
    return application_id


def version_of(application_id: UUID) -> int:
    return Application.objects.get(pk=application_id).version


def a_submission(applicant_id: UUID, document: Document | None = None, *, now: Instant = NOW, **papers: Any) -> UUID:
    application_id = a_draft(applicant_id, document, now=now, **papers)
    applications.submit(application_id, applicant_id=applicant_id, version=version_of(application_id), now=now)
    return application_id


def a_review(application_id: UUID, *reasons: str, note: str = "", reviewer_id: UUID | None = None) -> reviews.Review:
    """A reviewer's look at the application as it stands."""
    reviewer = reviewer_id or with_role(a_person(), Role.REVIEWER)
    return reviews.Review(application_id, version_of(application_id), reviewer, reasons, note)


def an_open_shop(
    document: Document | None = None, *, owner_id: UUID | None = None, now: Instant = NOW, **papers: Any
) -> UUID:
    """A shop that went the whole way: written, sent, approved."""
    application_id = a_submission(owner_id or a_person(), document, now=now, **papers)
    return reviews.approve(a_review(application_id), now=now)


def another_document(number: int = 2, **changes: Any) -> Document:
    """A document of another company with another name."""
    company = f"杭州第{number}服饰有限公司"
    facts = {
        "entity_name": company,
        "account_name": company,
        "entity_code": a_credit_code(number),
        "shop_name": f"第{number}小店",
        "shop_name_en": f"Shop Number {number}",
    }
    return a_document(**{**facts, **changes})


__all__ = ["NOW", "TODAY", "PaperKind", "a_document", "an_open_shop"]
