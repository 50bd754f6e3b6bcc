"""Tables of people: accounts, roles, tokens, addresses, the audit log and the sandbox inbox."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from anxin.kernel.ids import new_id
from anxin.market.people.domain import Actor, Grant, OrgKind, Role


class PersonManager(BaseUserManager["Person"]):
    """How Django's tools find a person."""

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Return the person with this email, whatever its case."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Somebody with an account: buyer, merchant's staff, creator, operator. Found by email or phone (E.164)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=16, blank=True, default="")
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(max_length=60, blank=True, default="")
    locale = models.CharField(max_length=10, blank=True, default="")
    zone = models.CharField(max_length=40, blank=True, default="")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = PersonManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="people_person_email", condition=~models.Q(email="")),
            models.UniqueConstraint("phone", name="people_person_phone", condition=~models.Q(phone="")),
            models.CheckConstraint(
                condition=~models.Q(email="", phone="", erased_at=None), name="people_person_reachable"
            ),
        ]

    @cached_property
    def actor(self) -> Actor:
        """This person to the policy table, with every role held."""
        held = self.memberships.values_list("org_kind", "org_id", "role")
        return Actor(self.pk, frozenset(Grant(OrgKind(kind), org, Role(role)) for kind, org, role in held))

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin opens: for administrators of the platform."""
        return Role.ADMINISTRATOR in self.actor.roles_in(OrgKind.PLATFORM)

    def has_perm(self, _perm: str, _obj: Any = None) -> bool:
        """Answer Django's admin."""
        return self.is_active and self.is_staff

    def has_module_perms(self, _label: str) -> bool:
        """Answer Django's admin."""
        return self.is_active and self.is_staff


class Membership(models.Model):
    """One role of one person in one organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    org_kind = models.CharField(max_length=10)
    org_id = models.UUIDField()
    role = models.CharField(max_length=20)
    granted_at = models.DateTimeField()
    granted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "org_kind", "org_id", "role"], name="people_membership_once"),
            models.CheckConstraint(
                condition=models.Q(org_kind__in=[kind.value for kind in OrgKind]), name="people_membership_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="people_membership_role"
            ),
        ]
        indexes = [models.Index(fields=["org_kind", "org_id"], name="people_membership_org")]


class AccessToken(models.Model):
    """A personal access token; the token itself is shown once and kept only as its SHA-256."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=16)
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)


class Address(models.Model):
    """Where somebody receives parcels; `region` is the six-digit district code of GB/T 2260."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="addresses")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=16)
    region = models.CharField(max_length=6)
    detail = models.CharField(max_length=120)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(is_default=True), name="people_one_default"),
        ]


class Audit(models.Model):
    """One enforcement, role or money-relevant act; append-only, each row's hash covers the one before."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    act = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    detail = models.JSONField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        indexes = [models.Index(fields=["subject", "seq"], name="people_audit_subject")]


class SandboxMessage(models.Model):
    """A mail or text message that the sandbox kept instead of sending it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=5)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sent_at = models.DateTimeField()
