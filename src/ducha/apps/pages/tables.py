"""Tables that filter, search, sort, page and export, with all of it kept in the URL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from ducha.engines import files

PAGE_SIZE = 50


@dataclass(frozen=True)
class Column:
    """One column: how to read it from a row, where it links, how it sorts and looks; some stand in exports alone."""

    key: str
    title: Any
    value: Callable[[Any], Any] | None = None
    link: Callable[[Any], str] | None = None
    order: str | None = None
    kind: str = "text"
    tag: Callable[[Any], str] | None = None
    is_exported_only: bool = False

    def of(self, row: Any) -> Any:
        return self.value(row) if self.value else getattr(row, self.key)


class Table:
    """A list of things as this reader asked for it."""

    columns: ClassVar[list[Column]] = []
    search_fields: ClassVar[tuple[str, ...]] = ()
    filters: ClassVar[type[forms.Form] | None] = None
    default_sort: ClassVar[str] = ""
    empty: Any = ""

    def __init__(self, request: HttpRequest, queryset: QuerySet[Any], **options: Any) -> None:
        self.request, self.options = request, options
        self.form = self.filters(request.GET, **options) if self.filters else None
        self.q = request.GET.get("q", "").strip()
        self.rows = self._sorted(self._filtered(self._searched(queryset)))

    def filter(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """The rows that fit the filters; tables with filters override this."""
        return queryset

    def _searched(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.q or not self.search_fields:
            return queryset
        wanted = Q()
        for name in self.search_fields:
            wanted |= Q(**{f"{name}__icontains": self.q})
        return queryset.filter(wanted)

    def _filtered(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.form is None or not self.form.is_valid():
            return queryset
        chosen = {k: v for k, v in self.form.cleaned_data.items() if v not in (None, "", False)}
        return self.filter(queryset, chosen)

    def _sorted(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        allowed = {c.key: c.order for c in self.columns if c.order}
        asked = self.request.GET.get("sort", "")
        sort = asked if asked.lstrip("-") in allowed else self.default_sort
        if not sort:
            return queryset if queryset.ordered else queryset.order_by("pk")
        return queryset.order_by(("-" if sort.startswith("-") else "") + allowed[sort.lstrip("-")], "pk")

    @property
    def page(self) -> Any:
        if not hasattr(self, "_page"):
            self._page = Paginator(self.rows, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return self._page

    def heads(self) -> list[dict[str, Any]]:
        sort = self.request.GET.get("sort") or self.default_sort
        return [
            {
                "column": column,
                "direction": {column.key: "ascending", f"-{column.key}": "descending"}.get(sort, ""),
                "url": self.url(sort=f"-{column.key}" if sort == column.key else column.key, page=None),
            }
            for column in self._shown()
        ]

    def _shown(self) -> list[Column]:
        return [column for column in self.columns if not column.is_exported_only]

    def lines(self) -> list[list[dict[str, Any]]]:
        return [[self._cell(column, row) for column in self._shown()] for row in self.page]

    @staticmethod
    def _cell(column: Column, row: Any) -> dict[str, Any]:
        return {
            "column": column,
            "text": column.of(row),
            "link": column.link(row) if column.link else "",
            "tag": column.tag(row) if column.tag else "",
        }

    def url(self, **changes: Any) -> str:
        """This table's address with some of its parameters changed; None takes one away."""
        query = self.request.GET.copy()
        for key, value in changes.items():
            query.pop(key, None)
            if value is not None:
                query[key] = value
        return f"?{query.urlencode()}"

    def next_url(self) -> str:
        return self.url(page=self.page.next_page_number())

    def previous_url(self) -> str:
        return self.url(page=self.page.previous_page_number())

    def export_url(self) -> str:
        return self.url(format="xlsx", page=None)

    def wants_excel(self) -> bool:
        return self.request.GET.get("format") == "xlsx"

    def charts(self) -> Sequence[files.Chart]:
        """What the workbook draws beside its rows; tables that have something to draw override this."""
        return ()

    def excel(self, name: str) -> HttpResponse:
        """All rows that fit, not only this page, as a workbook."""
        titles = [str(column.title) for column in self.columns]
        rows = [[_for_a_cell(column.of(row)) for column in self.columns] for row in self.rows]
        return workbook(files.write_sheet(titles, rows, self.charts()), name)


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook as a download."""
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx")
    return response


def _for_a_cell(value: Any) -> Any:
    if hasattr(value, "tzinfo") and value.tzinfo is not None:
        return timezone.localtime(value).replace(tzinfo=None)
    return value if isinstance(value, int | str) or hasattr(value, "isoformat") or value is None else str(value)
