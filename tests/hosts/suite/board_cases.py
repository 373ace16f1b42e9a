"""Cases for boards: two users with boards and generations on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from genai_studio.domain import state_machine
from genai_studio.domain.boards.board import Board
from tests.builders import ALICE, BOB, NOON, change
from tests.fakes.identity import BOBS_TOKEN
from tests.fakes.studio import FakeStudio
from tests.hosts.suite.cases import (
    APPLE,
    BOBS,
    CANCELED,
    IDS,
    Case,
    Step,
    arrange_history,
    operation,
    page,
)

BOARD = Board("019e0000-0000-7000-8000-0000000000c0", "Trees", NOON)
OTHER = Board("019e0000-0000-7000-8000-0000000000c1", "cars", NOON + timedelta(seconds=1))
BOBS_BOARD = Board("019e0000-0000-7000-8000-0000000000c2", "Birds", NOON)

HISTORY = operation("generations")


async def arrange_boards(fakes: FakeStudio) -> None:
    """Store the history, two boards of Alice, one of them with an image, and one of Bob."""
    await arrange_history(fakes)
    fakes.boards.stored(ALICE, BOARD, OTHER)
    fakes.boards.stored(BOB, BOBS_BOARD)
    apple = await fakes.records.get(ALICE, IDS[0])
    assert apple is not None
    await change(fakes.records, apple, lambda it: state_machine.set_boards(it, (OTHER.id,)))


def shown(board: Board) -> dict[str, Any]:
    seconds = board.created_at.second
    return {
        "id": board.id,
        "name": board.name,
        "createdAt": f"2026-05-04T12:00:{seconds:02}.000Z",
    }


def problem(code: str, message: str, *path: str) -> dict[str, Any]:
    return {"code": code, "message": message, "path": list(path)}


def renamed(name: str, *errors: dict[str, Any]) -> dict[str, Any]:
    board = None if errors else shown(BOARD) | {"name": name}
    return {"data": {"renameBoard": {"board": board, "userErrors": list(errors)}}}


def created(name: str, *errors: dict[str, Any]) -> dict[str, Any]:
    board = None if errors else {"name": name, "createdAt": "2026-05-04T12:00:00.000Z"}
    return {"data": {"createBoard": {"board": board, "userErrors": list(errors)}}}


def put(*generations: dict[str, Any], errors: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"data": {"setBoard": {"generations": list(generations), "userErrors": list(errors)}}}


CREATE = """mutation C($name: String!) {
  createBoard(name: $name) { board { name createdAt } userErrors { code message path } }
}"""

ON_OTHER = APPLE | {"boards": [OTHER.id], "version": 3}
NO_BOARD = "Board not found."
TAKEN = "`name` is taken: you have a board “{}”. Choose another name."

CASES = [
    Case(
        "boards of two users, by name",
        (
            Step(operation("boards"), {"data": {"boards": [shown(OTHER), shown(BOARD)]}}),
            Step(operation("boards"), {"data": {"boards": [shown(BOBS_BOARD)]}}, token=BOBS_TOKEN),
        ),
        arrange_boards,
    ),
    Case(
        "createBoard with a new name, an equal name and invalid names",
        (
            Step(CREATE, created("ﬁne Art".replace("ﬁ", "fi")), {"name": "  ﬁne Art\n"}),
            Step(
                CREATE,
                created("", problem("NAME_TAKEN", TAKEN.format("fine Art"), "name")),
                {"name": "FINE ART"},
            ),
            Step(CREATE, created("CARS"), {"name": "CARS"}, BOBS_TOKEN),
            Step(
                CREATE,
                created(
                    "",
                    problem(
                        "INVALID_INPUT",
                        "`name` must have 1 to 60 characters, and at least one of them must be "
                        "visible.",
                        "name",
                    ),
                ),
                {"name": " "},
            ),
            Step(
                CREATE,
                created(
                    "",
                    problem(
                        "INVALID_INPUT", "`name` must have 1 to 60 characters, has 300.", "name"
                    ),
                ),
                {"name": "x" * 300},
            ),
            Step(
                CREATE,
                created(
                    "",
                    problem(
                        "INVALID_INPUT",
                        "`name` must not contain control characters, such as line breaks.",
                        "name",
                    ),
                ),
                {"name": "a\nb"},
            ),
        ),
        arrange_boards,
    ),
    Case(
        "renameBoard",
        (
            Step(operation("renameBoard"), renamed("TREES"), {"id": BOARD.id, "name": "TREES"}),
            Step(
                operation("renameBoard"),
                renamed("", problem("NAME_TAKEN", TAKEN.format("cars"), "name")),
                {"id": BOARD.id, "name": "Cars"},
            ),
            Step(
                operation("renameBoard"),
                renamed("", problem("NOT_FOUND", NO_BOARD, "id")),
                {"id": BOBS_BOARD.id, "name": "Mine"},
            ),
            Step(operation("boards"), {"data": {"boards": [shown(BOBS_BOARD)]}}, token=BOBS_TOKEN),
        ),
        arrange_boards,
    ),
    Case(
        "setBoard with existing and missing IDs, and the filter by board",
        (
            Step(
                operation("setBoard"),
                put(
                    CANCELED | {"boards": [BOARD.id], "version": 3},
                    ON_OTHER | {"boards": [OTHER.id, BOARD.id], "version": 4},
                    errors=(problem("NOT_FOUND", "Generation not found.", "ids", BOBS),),
                ),
                {"ids": [IDS[2], IDS[0], BOBS, IDS[2]], "board": BOARD.id, "value": True},
            ),
            Step(
                HISTORY,
                page(
                    CANCELED | {"boards": [BOARD.id], "version": 3},
                    ON_OTHER | {"boards": [OTHER.id, BOARD.id], "version": 4},
                    more=False,
                ),
                {"filter": {"board": BOARD.id}},
            ),
            Step(
                HISTORY,
                page(ON_OTHER | {"boards": [OTHER.id, BOARD.id], "version": 4}, more=False),
                {"filter": {"board": BOARD.id, "statuses": ["SUCCEEDED"]}},
            ),
            Step(
                operation("setBoard"),
                put(CANCELED | {"version": 4}),
                {"ids": [IDS[2]], "board": BOARD.id, "value": False},
            ),
            Step(
                operation("setBoard"),
                put(CANCELED | {"version": 4}),
                {"ids": [IDS[2]], "board": BOARD.id, "value": False},
            ),
        ),
        arrange_boards,
    ),
    Case(
        "a board of another user",
        (
            Step(
                operation("setBoard"),
                put(errors=(problem("NOT_FOUND", NO_BOARD, "board"),)),
                {"ids": [BOBS], "board": OTHER.id, "value": True},
                BOBS_TOKEN,
            ),
            Step(HISTORY, page(more=False), {"filter": {"board": OTHER.id}}, BOBS_TOKEN),
            Step(HISTORY, page(more=False), {"filter": {"board": "nothing"}}, BOBS_TOKEN),
        ),
        arrange_boards,
    ),
    Case(
        "deleteBoard keeps the generations",
        (
            Step(
                operation("deleteBoard"),
                {"data": {"deleteBoard": {"id": OTHER.id, "userErrors": []}}},
                {"id": OTHER.id},
            ),
            Step(
                operation("deleteBoard"),
                {
                    "data": {
                        "deleteBoard": {
                            "id": None,
                            "userErrors": [problem("NOT_FOUND", NO_BOARD, "id")],
                        }
                    }
                },
                {"id": OTHER.id},
            ),
            Step(operation("boards"), {"data": {"boards": [shown(BOARD)]}}),
            Step(HISTORY, page(more=False), {"filter": {"board": OTHER.id}}),
            Step(operation("generation"), {"data": {"generation": ON_OTHER}}, {"id": IDS[0]}),
            Step(
                operation("setBoard"),
                put(ON_OTHER | {"boards": [BOARD.id], "version": 4}),
                {"ids": [IDS[0]], "board": BOARD.id, "value": True},
            ),
        ),
        arrange_boards,
    ),
]
