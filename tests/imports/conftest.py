"""What these tests share with those of the files."""

from tests.data.conftest import small_catalogue

__all__ = ["small_catalogue"]
