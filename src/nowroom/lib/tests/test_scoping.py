from collections.abc import Callable

import pytest

from nowroom.content.models import Asset
from nowroom.lib.scoping import UnscopedReadError
from tests.cast import Cast


@pytest.mark.parametrize(
    "read",
    [
        Asset.objects.all,
        lambda: Asset.objects.filter(pk=1),
        lambda: Asset.objects.get(pk=1),
        Asset.objects.count,
        Asset.objects.first,
        lambda: Asset.objects.values("name"),
    ],
)
def test_an_unscoped_read_raises(read: Callable[[], object]) -> None:
    with pytest.raises(UnscopedReadError, match="for_brand"):
        read()


def test_a_brand_sees_its_own_rows_and_nobody_elses(cast: Cast) -> None:
    asset = cast.asset().asset
    assert list(Asset.objects.for_brand(cast.brand)) == [asset]
    assert list(Asset.objects.for_brand(cast.brand.pk)) == [asset]
    assert not Asset.objects.for_brand(cast.other_brand).exists()
    assert list(Asset.objects.everywhere()) == [asset]
