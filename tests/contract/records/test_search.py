"""The contract of text search: all words of the prompt, in any script, of one owner."""

from __future__ import annotations

import pytest

from genai_studio.domain import state_machine
from genai_studio.domain.history import HistoryFilter, HistoryQuery
from genai_studio.domain.identity import Owner
from genai_studio.ports import Records
from tests.builders import ALICE, BOB, NOON, a_generation, a_request, change, submit

pytestmark = pytest.mark.anyio


async def found(
    records: Records, text: str, *, owner: Owner = ALICE, trashed: bool = False
) -> list[str]:
    wanted = HistoryFilter(text=text, trashed=trashed)
    answer = await records.page(owner, HistoryQuery(filter=wanted, first=100))
    return [one.request.prompt for one in answer.items]


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("a red apple", "apple"),
        ("a red apple", "APPLE red"),
        ("Straße im Regen", "STRASSE"),
        ("a café at night", "café"),
        ("一只红苹果放在桌上", "苹果"),
        ("一只红苹果放在桌上", "果"),
        ("一只红苹果放在桌上", "红苹果"),
        ("一只红苹果放在桌上", "桌上 苹果"),
        ("赤いりんご、テーブルの上", "りんご"),
        ("빨간 사과", "사과"),
        ("красное яблоко", "ЯБЛОКО"),
        ("ﬁne ＡＢＣ １２３", "fine abc 123"),
        ("24mm f/1.8 bokeh", "24mm 1 8"),
        ("apple苹果pie", "苹果"),
        ("apple苹果pie", "pie apple"),
        ("a red apple", "app r"),
        ("แมวส้มนอนบนชายหาด", "แมว"),
        ("แมวส้มนอนบนชายหาด", "ชายหาด"),
        ("고양이가 해변에서 잔다", "고양이"),
        ("고양이가 해변에서 잔다", "해변"),
        ("un café crème à Besançon", "cafe"),
        ("İstanbul boğazında bir vapur", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("قِطَّة على الشاطئ", "قطة"),
        ("красная Ёлка в лесу", "елка"),
        ("ὁ Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ"),
        ("ແມວນອນ", "ນອນ"),
        ("ឆ្មាដេក", "ដេក"),
        ("ကြောင်အိပ်", "အိပ်"),
        ("a fox 🦊 in the snow", "🦊"),
        ("5 € + tax", "€ +"),
    ],
)
async def test_search_finds(records: Records, prompt: str, text: str) -> None:
    await submit(records, a_generation(prompt=prompt))
    await submit(records, a_generation(prompt="something else, 别的"))

    assert await found(records, text) == [prompt]


@pytest.mark.parametrize(
    ("prompt", "text"),
    [
        ("a red apple", "pple"),
        ("a red apple", "red pear"),
        ("苹树果", "苹果"),
        ("a red apple", "苹"),
        ("नीली नाव नदी पर", "नीला"),
        ("a red apple", "🦊"),
    ],
    ids=[
        "inside a word",
        "one word of two",
        "characters apart",
        "another script",
        "another vowel",
        "emoji",
    ],
)
async def test_search_does_not_find(records: Records, prompt: str, text: str) -> None:
    await submit(records, a_generation(prompt=prompt))

    assert await found(records, text) == []


@pytest.mark.parametrize(
    "text",
    [
        'apple" OR "1"="1',
        "apple*",
        "NEAR(apple red)",
        "apple NOT red",
        "-apple",
        "terms:apple",
        "apple'; DROP TABLE generations; --",
        "%",
        "\x00apple",
        "(",
        '"',
    ],
)
async def test_search_text_has_no_query_syntax(records: Records, text: str) -> None:
    await submit(records, a_generation(prompt="a red apple"))

    answer = await found(records, text)

    assert answer in ([], ["a red apple"])
    assert await found(records, "apple") == ["a red apple"]


@pytest.mark.parametrize("text", [" … !? ", "!", "\u200b", "\u0301", "🍎", "\ufe0f"])
async def test_text_without_words_of_prompt_matches_nothing(records: Records, text: str) -> None:
    await submit(records, a_generation(prompt="a red apple"))

    assert await found(records, text) == []


@pytest.mark.parametrize("text", ["", "  "])
async def test_white_space_is_no_condition(records: Records, text: str) -> None:
    await submit(records, a_generation(prompt="a red apple"))

    assert await found(records, text) == ["a red apple"]


async def test_each_beginning_of_a_word_finds_its_record(records: Records) -> None:
    prompts = ["cinematic photograph", "красивый закат", "नीली नाव"]
    for prompt in prompts:
        await submit(records, a_generation(prompt=prompt))

    for text in ("c", "cin", "cinematic", "photo", "к", "крас", "зак", "नी", "नीली", "ना"):
        (result,) = await found(records, text)
        assert any(word.startswith(text) for word in result.split())


async def test_only_the_prompt_is_searched(records: Records) -> None:
    await submit(records, a_generation(request=a_request("a red apple", negative_prompt="blurry")))

    assert await found(records, "blurry") == []


async def test_results_are_sorted_newest_first(records: Records) -> None:
    made = [a_generation(prompt=f"apple number {number}") for number in range(5)]
    for one in (made[2], made[4], made[0], made[3], made[1]):
        await submit(records, one)

    assert await found(records, "apple") == [one.request.prompt for one in made[::-1]]


async def test_search_with_rare_and_common_words(records: Records) -> None:
    for number in range(30):
        await submit(records, a_generation(prompt=f"a common apple {number}"))
    await submit(records, a_generation(prompt="a common quince"))

    assert await found(records, "a common quince") == ["a common quince"]


async def test_search_with_an_unknown_word(records: Records) -> None:
    await submit(records, a_generation(prompt="a red apple"))

    assert await found(records, "red zzz") == []


async def test_search_finds_only_own_generations(records: Records) -> None:
    await submit(records, a_generation(ALICE, prompt="alice's apple"))
    await submit(records, a_generation(BOB, prompt="bob's apple"))

    assert await found(records, "apple", owner=ALICE) == ["alice's apple"]
    assert await found(records, "apple", owner=BOB) == ["bob's apple"]
    assert await found(records, "bob", owner=ALICE) == []


async def test_trash_is_searched_separately(records: Records) -> None:
    stored = await submit(records, a_generation(prompt="a red apple"))
    await change(records, stored, lambda it: state_machine.trash(it, NOON))

    assert await found(records, "apple") == []
    assert await found(records, "apple", trashed=True) == ["a red apple"]


async def test_a_very_long_query_is_accepted(records: Records) -> None:
    prompt = " ".join(f"word{number}" for number in range(60))
    await submit(records, a_generation(prompt=prompt))

    assert await found(records, prompt) == [prompt]
    assert await found(records, "nothing " * 2000) == []
