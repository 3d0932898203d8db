"""Rows of a page that stand in an order: where a new one comes."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.admin.rows import LAST
from tests import factories
from tests.pages import enter, errors, open_form, save, url


@pytest.mark.parametrize(
    ("stored", "written", "expected"),
    [
        ([], ["", ""], [0, 1]),
        ([0, 0], ["", ""], [0, 0, 1, 2]),  # as what the data set brings
        ([5, 2], ["", "3"], [5, 2, 6, 3]),
        ([], ["", "4", ""], [5, 4, 6]),
        ([], [None, None], [0, 1]),  # left out by a program
        ([LAST], [""], [LAST, LAST]),  # of two alike the newer is the later
    ],
)
def test_a_new_row_comes_last_unless_its_editor_says_where(
    cast: SimpleNamespace, stored: list[int], written: list[Any], expected: list[int]
) -> None:
    office = factories.organizer(published=False)
    for number, position in enumerate(stored):
        office.links.create(value=f"https://a.example/{number}", position=position)
    staff = enter(cast.staff)
    form = open_form(staff, url(office)) | {"links-TOTAL_FORMS": str(len(stored) + len(written))}
    for number, position in enumerate(written, len(stored)):
        row = {"kind": "website", "value": f"https://a.example/{number}", "position": position}
        form |= {f"links-{number}-{name}": value for name, value in row.items()}
    assert errors(save(staff, url(office), form)) == {}
    assert [link.position for link in office.links.order_by("pk")] == expected


def test_an_order_that_is_no_number_is_told_and_a_row_with_nothing_in_it_is_none(cast: SimpleNamespace) -> None:
    office, staff = factories.organizer(published=False), enter(cast.staff)
    form = open_form(staff, url(office)) | {"links-TOTAL_FORMS": "1", "links-0-kind": "website"}
    typed = {"links-0-value": "https://a.example", "links-0-position": "-1"}
    refused = save(staff, url(office), form, **typed)
    assert list(errors(refused)) == ["links-0-position"]
    assert errors(save(staff, url(office), form, **{"links-0-value": "", "links-0-position": ""})) == {}
    assert office.links.count() == 0
