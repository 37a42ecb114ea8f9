"""A library of books: a model of two fields, to run lists and exports on without the catalogue."""

from __future__ import annotations

from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

from django.db import connection, models
from django.test import RequestFactory

from hzd_catalogue.exports.problems import NotUnderstood
from hzd_catalogue.exports.tables import About, Column, ExportContext, Table
from hzd_catalogue.exports.views import ExportView
from hzd_catalogue.lists import words
from hzd_catalogue.lists.facets import Facet
from hzd_catalogue.lists.form import ListFilterSet
from hzd_catalogue.lists.index import BY_NAME, Sort
from hzd_catalogue.lists.listing import Listing
from hzd_catalogue.lists.presentation import Presentation
from hzd_catalogue.lists.result import Result
from hzd_catalogue.lists.search import NAME, SearchField
from hzd_catalogue.lists.views import ListView

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=timezone.utc)  # noqa: UP017


class Book(models.Model):
    """A book; its table lives as long as one test."""

    name = models.CharField(max_length=100)
    shelf = models.CharField(max_length=20, blank=True)

    class Meta:
        app_label = "toy"
        managed = False

    def __str__(self) -> str:
        return self.name


def make_books(*rows: tuple[str, str]) -> list[Book]:
    """Make the table in the transaction of the test, and fill it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE toy_book"
            " (id integer PRIMARY KEY, name varchar(100), shelf varchar(20))"
        )
    books = [Book(pk, name, shelf) for pk, (name, shelf) in enumerate(rows, 1)]
    return Book.objects.bulk_create(books)


class BookFilterSet(ListFilterSet):
    """Filters of the books."""

    shelf = Facet(
        label="Regal", lookup="shelf", labels=lambda: [("a", "Regal A"), ("b", "Regal B")]
    )


def lengths(rows: Any, index: Any, slots: Any) -> dict[int, int]:
    """Return the length of each name of more than one letter by slot."""
    names = dict(rows.values_list("pk", "name"))
    return index.by_slot((pk, len(name)) for pk, name in names.items() if len(name) > 1)


BOOKS = Listing(
    rows=Book.objects.all,
    filterset_class=BookFilterSet,
    search_fields=(SearchField("Titel", "name", NAME), SearchField("Regal", "shelf")),
    url_name="books",
    nouns=("Buch", "Bücher"),
    dative_nouns=("Buch", "Büchern"),
    sorts={"name": BY_NAME, "laenge": Sort("Länge", lengths)},
)


class BookListView(ListView):
    """The list of books; each test has its own revision."""

    listing = BOOKS
    headings = {"Titel": "name", "Länge": "laenge", "Regal": ""}

    def revision(self) -> Any:
        return object()


class BookExportView(ExportView):
    """The list of books as a file."""

    page_path = "/buecher/"

    @property
    def page_query(self) -> str:
        return self.presentation().result_query

    def presentation(self) -> Presentation:
        """Ask and find as the list does."""
        return shown(self.request.GET.urlencode())

    def misunderstood(self) -> list[NotUnderstood]:
        return [NotUnderstood(words) for words in self.presentation().problems]

    def table(self) -> Table:
        """Return the books found."""
        found = self.presentation()
        return Table(
            name="Bücher",
            columns=(
                Column("name", "Titel", "Der Titel.", lambda book, context: book.name),
                Column("shelf", "Regal", "Wo es steht.", lambda book, context: book.shelf),
            ),
            records=found.result.all_records(),
            context=ExportContext(self.absolute_url),
            about=About(
                title=found.title,
                filters=words.filters_in_words(found.result),
                parameters=found.parameters,
                sort=found.result.sort,
                count=found.count,
                total=found.total,
                revision=SimpleNamespace(number=3, changed_at=NOW),
                generated_at=NOW,
                url=self.page_url,
                formats=self.format_urls,
            ),
        )


def shown(query: str = "") -> Presentation:
    """Return what the list shows for a query string."""
    view = BookListView()
    view.setup(RequestFactory().get(f"/buecher/?{query.removeprefix('?')}"))
    return view.presentation()


def titles(query: str = "") -> list[str]:
    """Return the names of all books found, in their order."""
    result: Result = shown(query).result
    return [book.name for book in result.all_records()]
