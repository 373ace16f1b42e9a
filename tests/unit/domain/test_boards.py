"""Names, lists and membership of boards."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_studio.domain.boards import board_list, membership
from genai_studio.domain.boards.board import MAX_NAME_CHARACTERS, Board, clean_name, name_key
from genai_studio.domain.boards.board_list import MAX_BOARDS, BoardList, UnreadableBoards
from genai_studio.domain.boards.membership import MAX_BOARDS_OF_GENERATION
from genai_studio.domain.errors import InvalidInput, NotFound, Refused
from genai_studio.domain.ids import new_id
from tests.builders import NOON

EMPTY = BoardList()


def a_board(name: str) -> Board:
    return Board(new_id(), name, NOON)


def a_list(*names: str) -> BoardList:
    return BoardList(1, tuple(a_board(name) for name in names))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Cars", "Cars"),
        ("  Cars and trees \t\n", "Cars and trees"),
        ("ﬁne\u00a0Art", "fine Art"),
        ("ｆｕｌｌ", "full"),
        ("cafe\u0301", "café"),
        ("红苹果 👩\u200d🚀", "红苹果 👩\u200d🚀"),
        ("x" * 60, "x" * 60),
        (" " * 500 + "x", "x"),
    ],
)
def test_a_name_is_normalized_and_trimmed(name: str, cleaned: str) -> None:
    assert clean_name(name) == cleaned


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("", "1 to 60 characters"),
        (" \n\u3000", "1 to 60 characters"),
        ("\u200b\u200d", "visible"),
        ("x" * 61, "1 to 60 characters, has 61."),
        ("\ufdfa" * 60, "1 to 60 characters"),
        ("a\nb", "control characters"),
        ("a\x00b", "control characters"),
        ("a\u2028b", "control characters"),
        ("\ud83c", "valid Unicode"),
    ],
)
def test_an_invalid_name_is_refused_and_the_field_named(name: str, rule: str) -> None:
    with pytest.raises(InvalidInput, match=rule) as refused:
        clean_name(name)

    (problem,) = refused.value.problems
    assert problem.path == ("name",)
    assert problem.message.startswith("`name` ")


@given(st.text(max_size=80))
def test_an_accepted_name_is_stable_and_within_the_rules(name: str) -> None:
    try:
        cleaned = clean_name(name)
    except InvalidInput:
        return
    assert 1 <= len(cleaned) <= MAX_NAME_CHARACTERS
    assert unicodedata.is_normalized("NFKC", cleaned)
    assert clean_name(cleaned) == cleaned
    assert name_key(clean_name(cleaned.casefold()[:MAX_NAME_CHARACTERS])) == name_key(cleaned) or (
        len(cleaned.casefold()) > MAX_NAME_CHARACTERS
    )


@pytest.mark.parametrize(
    ("name", "same"),
    [("Cars", "cARS"), ("Straße", "STRASSE"), ("Σίσυφος", "ΣΊΣΥΦΟΣ"), ("K", "\u212a")],
)
def test_names_that_differ_in_case_or_form_are_equal(name: str, same: str) -> None:
    boards = board_list.add(EMPTY, a_board(clean_name(name)))

    with pytest.raises(Refused) as refused:
        board_list.add(boards, a_board(clean_name(same)))

    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("NAME_TAKEN", ("name",))
    assert name in problem.message


def test_names_that_differ_in_accents_are_different() -> None:
    boards = board_list.add(a_list("resume"), a_board("résumé"))

    assert [board.name for board in boards.boards] == ["resume", "résumé"]


def test_boards_are_listed_by_name() -> None:
    boards = a_list("b", "C", "a", "苹果", "B2")

    assert [board.name for board in boards.by_name()] == ["a", "b", "B2", "C", "苹果"]


def test_the_number_of_boards_is_limited() -> None:
    full = a_list(*(str(number) for number in range(MAX_BOARDS)))

    with pytest.raises(Refused) as refused:
        board_list.add(full, a_board("one more"))

    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("TOO_MANY_BOARDS", ("name",))
    assert f"{MAX_BOARDS} boards" in problem.message
    freed = board_list.remove(full, full.boards[3].id)
    assert len(board_list.add(freed, a_board("one more")).boards) == MAX_BOARDS


def test_a_rename_keeps_the_board() -> None:
    boards = a_list("Cars", "Trees")
    cars, trees = boards.boards

    renamed = board_list.rename(boards, cars.id, "CARS")

    assert renamed == BoardList(2, (Board(cars.id, "CARS", NOON), trees))
    assert board_list.rename(renamed, cars.id, "CARS") is renamed
    with pytest.raises(Refused):
        board_list.rename(renamed, cars.id, "trees")


def test_a_missing_board_is_not_found() -> None:
    boards = a_list("Cars")

    for step in (
        lambda: boards.get("nothing"),
        lambda: board_list.rename(boards, "nothing", "x"),
        lambda: board_list.remove(boards, "nothing"),
    ):
        with pytest.raises(NotFound, match=r"Board not found\."):
            step()


def test_the_stored_format_is_fixed() -> None:
    stored = (
        b'{"schema":1,"boards":[{"id":"01a20993-8632-7418-8a8f-60af84c19624","name":"Cars",'
        b'"created_at":"2026-05-04T12:00:00Z"}]}'
    )
    boards = BoardList(7, (Board("01a20993-8632-7418-8a8f-60af84c19624", "Cars", NOON),))

    assert board_list.encode(boards) == stored
    assert board_list.decode(7, stored) == boards


@pytest.mark.parametrize(
    "document", [b"", b"{", b"[]", b'{"schema":2,"boards":[]}', b'{"schema":1,"boards":[{}]}']
)
def test_a_damaged_or_newer_list_is_an_error(document: bytes) -> None:
    with pytest.raises(UnreadableBoards):
        board_list.decode(1, document)


def test_membership_is_changed_once() -> None:
    assert membership.change((), "a", True, set()) == ("a",)
    assert membership.change(("a",), "a", True, set()) == ("a",)
    assert membership.change(("a", "b"), "a", False, set()) == ("b",)
    assert membership.change(("b",), "a", False, set()) == ("b",)


def test_the_boards_of_a_generation_are_limited_without_the_deleted_ones() -> None:
    full = tuple(str(number) for number in range(MAX_BOARDS_OF_GENERATION))

    with pytest.raises(Refused) as refused:
        membership.change(full, "more", True, set(), ("ids", "x"))

    (problem,) = refused.value.problems
    assert (problem.code, problem.path) == ("TOO_MANY_BOARDS", ("ids", "x"))
    assert membership.change(full, "3", True, set()) == full
    assert membership.change(full, "more", True, {"3"}) == (
        *(one for one in full if one != "3"),
        "more",
    )
    assert membership.change(full, "4", False, {"3"}) == tuple(
        one for one in full if one not in {"3", "4"}
    )
