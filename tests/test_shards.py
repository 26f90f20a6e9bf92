"""Shards have every page once, alike on every machine, and take about the same time."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banc.pages.shards import Shard, ShardError, pages_of, parsed

PAGES = st.dictionaries(st.text("abc/", min_size=1), st.floats(0, 1e6) | st.sampled_from([0.0, 1.0]), max_size=30)
generated = settings(derandomize=True, database=None, deadline=None)


@pytest.mark.parametrize(
    "text", ["0/3", "4/3", "1", "1/", "/3", "a/b", "1/3/5", "-1/3", "1/0", "1 / 3", "١/٣", "1/3\n"]
)
def test_what_is_no_shard_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ShardError, match="write 1/3 for the first of three"):
        parsed(text)


def test_a_shard_is_read_as_it_is_written() -> None:
    assert parsed("") is None
    assert parsed("2/3") == Shard(2, 3)
    assert str(parsed("2/3")) == "2/3"


@generated
@given(PAGES, st.integers(1, 12))
def test_all_shards_together_have_every_page_once(seconds: dict[str, float], count: int) -> None:
    shards = [pages_of(Shard(number, count), seconds) for number in range(1, count + 1)]
    assert sorted(page for shard in shards for page in shard) == sorted(seconds)


@generated
@given(PAGES, st.integers(1, 12), st.randoms(use_true_random=False))
def test_shards_do_not_depend_on_the_order_in_which_pages_are_found(
    seconds: dict[str, float], count: int, random: Random
) -> None:
    pages = random.sample(list(seconds), len(seconds))
    again = {page: seconds[page] for page in pages}
    assert pages_of(Shard(1, count), seconds) == pages_of(Shard(1, count), again)


@generated
@given(PAGES, st.integers(1, 12))
def test_no_shard_takes_longer_than_an_even_share_and_one_page(seconds: dict[str, float], count: int) -> None:
    longest = max(seconds.values(), default=0)
    bound = sum(seconds.values()) / count + longest
    for number in range(1, count + 1):
        load = sum(seconds[page] for page in pages_of(Shard(number, count), seconds))
        assert load <= bound or math.isclose(load, bound)


def test_pages_of_which_nothing_is_known_to_take_time_are_spread_too() -> None:
    assert [len(pages_of(Shard(number, 3), dict.fromkeys("abcdef", 0.0))) for number in (1, 2, 3)] == [2, 2, 2]


def test_the_longest_page_has_a_shard_of_its_own() -> None:
    seconds = {"long": 10.0, "a": 4.0, "b": 3.0, "c": 3.0}
    assert [pages_of(Shard(number, 2), seconds) for number in (1, 2)] == [{"long"}, {"a", "b", "c"}]
