import pytest

from hzd_catalogue.web.localcache import LocalCache


@pytest.fixture
def cache(request):
    return LocalCache(request.node.name, {"OPTIONS": {"max_bytes": 10_000}})


def test_gives_back_what_was_kept(cache):
    value = {"a": [1, 2]}
    cache.set("key", value)

    assert cache.get("key") == value
    assert cache.get("key") is not value
    assert cache.get("other", "none") == "none"
    assert cache.add("key", 1) is False
    assert cache.add("other", 1) is True
    assert cache.delete("key") is True
    assert cache.get("key") is None


def test_another_thread_finds_the_same_entries(cache, request):
    cache.set("key", "value")

    twin = LocalCache(request.node.name, {"OPTIONS": {"max_bytes": 10_000}})
    assert twin.get("key") == "value"


def test_never_holds_more_than_its_bytes_and_forgets_the_oldest_first(cache):
    cache.set("used", b"x" * 1000)
    for number in range(100):
        cache.set(f"page-{number}", b"x" * 1000)
        cache.get("used")
        assert cache.size <= 10_000

    assert cache.get("used") is not None
    assert cache.get("page-99") is not None
    assert cache.get("page-0") is None


def test_keeps_nothing_that_is_larger_than_everything(cache):
    cache.set("small", 1)
    cache.set("large", b"x" * 20_000)

    assert cache.get("large") is None
    assert cache.get("small") == 1


def test_forgets_in_time(cache):
    cache.set("gone", 1, timeout=-1)
    cache.set("stays", 1, timeout=None)

    assert cache.get("gone") is None
    assert cache.touch("gone") is False
    assert cache.touch("stays", timeout=-1) is True
    assert cache.get("stays") is None
