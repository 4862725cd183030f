from decimal import Decimal

from cauce.cli.bench.printing import run


def test_the_printing_bench_tells_both_speeds_and_the_memory() -> None:
    done: list[int] = []
    report = run(bills=4, workers=1, progress=done.append)
    assert done == [4, 4]
    assert set(report) == {"bills", "workers", "bills_per_second", "constant_per_second", "ratio", "peak_mb"}
    assert isinstance(report["bills_per_second"], Decimal)
    assert report["bills_per_second"] > 0
