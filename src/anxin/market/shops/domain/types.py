"""The words of this module: shop types, states, kinds of papers and restrictions."""

from enum import StrEnum


class ShopType(StrEnum):
    """The seven types of shop (DOMAIN 3.4)."""

    OFFICIAL_FLAGSHIP = "official_flagship"  # 官方旗舰店
    FLAGSHIP = "flagship"  # 旗舰店
    EXCLUSIVE = "exclusive"  # 专卖店
    MULTI_BRAND = "multi_brand"  # 专营店
    ENTERPRISE = "enterprise"  # 企业店
    INDIVIDUAL_BUSINESS = "individual_business"  # 个体店
    PERSONAL = "personal"  # 个人店


class EntityKind(StrEnum):
    """Who stands behind a shop in law."""

    COMPANY = "company"
    INDIVIDUAL_BUSINESS = "individual_business"
    PERSON = "person"


class ShopState(StrEnum):
    """Whether a shop trades at all; what it may not do meanwhile are its restrictions."""

    OPEN = "open"
    CLOSED = "closed"


class PaperKind(StrEnum):
    """A document that an applicant uploads."""

    BUSINESS_LICENCE = "business_licence"  # 营业执照
    LEGAL_PERSON_ID = "legal_person_id"  # 法定代表人身份证
    NATURAL_PERSON_ID = "natural_person_id"  # 身份证
    CORPORATE_ACCOUNT = "corporate_account"  # 对公账户证明
    TRADEMARK = "trademark"  # 商标注册证 / 受理通知书
    BRAND_AUTHORISATION = "brand_authorisation"  # 品牌授权书
    FOOD_LICENCE = "food_licence"  # 食品经营许可证
    COSMETICS_FILING = "cosmetics_filing"  # 化妆品备案
    PUBLICATION_LICENCE = "publication_licence"  # 出版物经营许可证
    INFANT_FOOD_FILING = "infant_food_filing"  # 婴幼儿配方食品备案


class PaperState(StrEnum):
    """Where an uploaded paper stands; a renewal waits until an operator has looked at it."""

    KEPT = "kept"
    PENDING = "pending"
    REFUSED = "refused"
    REPLACED = "replaced"


class RestrictionKind(StrEnum):
    """What a restricted shop may not do."""

    WITHDRAWAL = "withdrawal"
    LISTING = "listing"
    SELLING = "selling"


class TopUpState(StrEnum):
    """The life of a deposit payment."""

    AWAITING_TRANSFER = "awaiting_transfer"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class TopUpSource(StrEnum):
    """Where the money of a deposit payment comes from."""

    AVAILABLE = "available"
    BANK_TRANSFER = "bank_transfer"


class TopUpPurpose(StrEnum):
    """Which deposit a payment is for."""

    BASE = "base"  # 基础保证金
    EXPERIENCE = "experience"  # 体验保证金


class InvitationState(StrEnum):
    """The life of a staff invitation."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
