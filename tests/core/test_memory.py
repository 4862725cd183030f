"""How often Python looks for cycles."""

import gc

import pytest

from cauce.core.memory import seldom_collected


def test_the_collector_looks_seldom_during_the_work_and_as_usual_after_it() -> None:
    usual = gc.get_threshold()
    with seldom_collected():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual


def test_the_collector_looks_as_usual_after_a_work_that_fails() -> None:
    usual = gc.get_threshold()
    with pytest.raises(ValueError, match="interrupted"), seldom_collected():
        raise ValueError("interrupted")
    assert gc.get_threshold() == usual
