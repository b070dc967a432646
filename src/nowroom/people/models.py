"""Who uses the desk: organizations, brands, persons and their roles."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.lib.scoping import BrandManager


class Role(models.TextChoices):
    """What a member does; the words are those of docs/explanation/domain.md."""

    STRATEGIST = "strategist", _("Strategist")
    CREATOR = "creator", _("Creator")
    APPROVER = "approver", _("Approver")
    COMMUNITY_MANAGER = "community_manager", _("Community manager")
    DUTY_EDITOR = "duty_editor", _("Duty editor")
    BRAND_LEAD = "brand_lead", _("Brand lead")
    EXECUTIVE = "executive", _("Executive")
    PARTNER_MANAGER = "partner_manager", _("Partner manager")
    ADMINISTRATOR = "administrator", _("Administrator")


class PersonManager(BaseUserManager["Person"]):
    """Finds persons by their sign-in name, as Django's sign-in asks; writes live in actions."""


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in, or who answers a signed link without ever signing in."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "people_person"
        constraints = [models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name")]

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A company or an agency."""

    name = models.CharField(max_length=120)

    class Meta:
        db_table = "people_organization"

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """What speaks; the boundary that data never crosses."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="brands")
    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    color = models.CharField(max_length=7, default="#3e63dd", validators=[RegexValidator(r"^#[0-9a-f]{6}$")])
    time_zone = models.CharField(max_length=60, default="UTC")
    places = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "people_brand"

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person with a role on a brand."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    is_active = models.BooleanField(default=True)

    _rows = models.Manager["Member"]()
    objects = BrandManager["Member"]()

    class Meta:
        db_table = "people_member"
        constraints = [
            models.UniqueConstraint(fields=["brand", "person", "role"], name="member_once_per_role"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.get_role_display()}"
