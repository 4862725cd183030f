from decimal import Decimal

import pytest

from cauce.cli.bench_import import run


@pytest.mark.django_db(transaction=True)
def test_the_import_bench_tells_each_speed_beside_its_limit_and_the_memory() -> None:
    report = run(400)
    assert (report["accounts"], report["registry_rows"], report["readings_rows"]) == (400, 400, 350)
    for name in ("registry", "readings"):
        ratio = report[f"{name}_ratio"]
        assert isinstance(ratio, Decimal)
        assert 0 < ratio
        assert report[f"{name}_rows_per_second"] > 0
        assert report[f"{name}_copy_limit_per_second"] > 0
    assert report["peak_mb"] > 0
