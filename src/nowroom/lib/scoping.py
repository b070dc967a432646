"""Brand scoping by construction: an unscoped read raises.

A model of a brand declares two managers, in this order::

    _rows = models.Manager()            # Django's own machinery (related managers, cascades)
    objects = BrandManager()            # ours: for_brand(brand) or the greppable everywhere()
"""

from typing import Any, Generic, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class UnscopedReadError(RuntimeError):
    """A read of brand data without saying whose. A programming error, never a user's."""


class BrandManager(models.Manager[M], Generic[M]):
    """Reads start with `for_brand`; anything else says `everywhere` out loud."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Refuse: this is what every unscoped read would call.

        Raises:
            UnscopedReadError: always.
        """
        raise UnscopedReadError(f"{self.model.__name__}: say for_brand(brand) or everywhere()")

    def for_brand(self, brand: models.Model | int) -> models.QuerySet[M]:
        """Rows of one brand."""
        pk = brand.pk if isinstance(brand, models.Model) else brand
        return self._all().filter(brand_id=pk)

    def everywhere(self) -> models.QuerySet[M]:
        """Rows of all brands: for workers and for sign-in, never for pages."""
        return self._all()

    def create(self, **values: Any) -> M:
        """Create one row; the brand is among its values."""
        return self._all().create(**values)

    def bulk_create(self, objs: Any, *args: Any, **options: Any) -> list[M]:
        """Create many rows at once."""
        return self._all().bulk_create(objs, *args, **options)

    def _all(self) -> models.QuerySet[M]:
        return super().get_queryset()
