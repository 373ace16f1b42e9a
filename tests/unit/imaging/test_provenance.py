"""Provenance in PNG text chunks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from PIL.PngImagePlugin import PngInfo

from genai_studio.domain.generation import Generation
from genai_studio.imaging.encode_image import encode_image
from tests.builders import a_generation, a_request
from tests.unit.imaging.pngs import a_gradient, an_endpoint_image, chunks, encoded, texts

AUTOMATIC1111_FIELD = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')
"""The regular expression of its parser (`re_param`, modules/infotext_utils.py)."""


def png_of(generation: Generation, index: int = 0, seed: int = 7) -> bytes:
    return encode_image(an_endpoint_image(seed=seed), generation, index).png


def parse_as_automatic1111(text: str) -> dict[str, str]:
    """Parse prompt, negative prompt and fields as its `parse_generation_parameters` does."""
    *lines, last = text.strip().split("\n")
    fields = AUTOMATIC1111_FIELD.findall(last)
    assert len(fields) >= 3, "AUTOMATIC1111 treats a line with fewer fields as a prompt"
    prompt, negative, in_negative = "", "", False
    for written in lines:
        line = written.strip()
        if line.startswith("Negative prompt:"):
            in_negative = True
            line = line.removeprefix("Negative prompt:").strip()
        if in_negative:
            negative += ("" if negative == "" else "\n") + line
        else:
            prompt += ("" if prompt == "" else "\n") + line
    found = {name: json.loads(value) if value.startswith('"') else value for name, value in fields}
    return found | {"Prompt": prompt, "Negative prompt": negative}


PROMPTS = [
    "a red apple",
    "一只红苹果，水彩画",
    "zoë's café",
    "a cat (white:1.2), [dog|fox], \\(escaped\\)",
    "two\nlines",
    "Steps: 99, of a staircase",
    'with "quotes" & <tags>',
    "👩‍🚀",
    "long " * 1999 + "end",
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_automatic1111_reads_every_parameter(prompt: str) -> None:
    request = a_request(
        prompt,
        negative_prompt="blurry, 模糊",
        steps=20,
        guidance_scale=7.5,
        model="builtin",
    )

    found = parse_as_automatic1111(texts(png_of(a_generation(request=request)))["parameters"])

    assert found["Prompt"] == prompt
    assert found["Negative prompt"] == "blurry, 模糊"
    assert found["Steps"] == "20"
    assert found["CFG scale"] == "7.5"
    assert found["Seed"] == "7"
    assert found["Size"] == "64x48"
    assert found["Model"] == "builtin"


def test_the_parameters_have_the_format_of_automatic1111() -> None:
    request = a_request("a red apple", negative_prompt="blurry", guidance_scale=7.0)

    lines = texts(png_of(a_generation(request=request)))["parameters"].split("\n")

    assert lines[:2] == ["a red apple", "Negative prompt: blurry"]
    assert lines[2].startswith(
        "Steps: 8, CFG scale: 7, Seed: 7, Size: 64x48, Model: builtin, Version: genai-studio"
    )


def test_an_empty_negative_prompt_is_omitted() -> None:
    text = texts(png_of(a_generation()))["parameters"]

    assert "Negative prompt" not in text


def test_a_value_with_a_comma_or_colon_is_quoted() -> None:
    request = a_request(style='a, "b": c', model="org/model, large: v2")

    found = parse_as_automatic1111(texts(png_of(a_generation(request=request)))["parameters"])

    assert found["Style"] == 'a, "b": c'
    assert found["Model"] == "org/model large v2"


def test_latin1_text_uses_text_chunks_and_other_text_itxt() -> None:
    def kinds(prompt: str) -> list[str]:
        png = png_of(a_generation(prompt=prompt))
        return [kind for kind, content in chunks(png) if content.startswith(b"parameters\0")]

    assert kinds("café") == ["tEXt"]
    assert kinds("苹果") == ["iTXt"]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_json_chunk_has_all_parameters(prompt: str) -> None:
    request = a_request(prompt, negative_prompt="blurry", style="ink", count=4)
    generation = replace(a_generation(request=request), parent_id=a_generation().id)

    found = json.loads(texts(png_of(generation, index=2, seed=9))["genai_studio"])

    assert found.pop("software").startswith("genai-studio")
    assert found == {
        "schema": 1,
        "id": generation.id,
        "parentId": generation.parent_id,
        "index": 2,
        "prompt": prompt,
        "negativePrompt": "blurry",
        "model": "builtin",
        "width": 64,
        "height": 48,
        "steps": 8,
        "guidanceScale": 3.0,
        "seed": 9,
        "style": "ink",
        "createdAt": "2026-05-04T12:00:00.000+00:00",
    }


def test_the_png_does_not_identify_the_user() -> None:
    generation = a_generation()

    assert generation.owner.encode() not in png_of(generation)
    assert generation.client_request_id.encode() not in png_of(generation)


def xmp(png: bytes) -> ET.Element:
    packet = texts(png)["XML:com.adobe.xmp"]
    assert packet.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert packet.endswith('<?xpacket end="w"?>')
    return ET.fromstring(packet)  # noqa: S314 - trusted input


def test_the_xmp_declares_the_iptc_source_type() -> None:
    source = xmp(png_of(a_generation())).find(
        ".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
    )

    assert source is not None
    assert source.text == ("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")


def test_the_xmp_has_the_label_of_gb_45438() -> None:
    generation = a_generation()

    label = xmp(png_of(generation, index=1)).find(".//{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC")

    assert label is not None
    assert label.text is not None
    assert json.loads(label.text) == {
        "Label": "1",
        "ContentProducer": "genai-studio",
        "ProduceID": f"{generation.id}-1",
        "ReservedCode1": "",
        "ContentPropagator": "genai-studio",
        "PropagateID": f"{generation.id}-1",
        "ReservedCode2": "",
    }
    allowed = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]*")
    assert all(allowed.fullmatch(value) for value in json.loads(label.text).values())


def test_the_producer_of_the_label_is_a_setting() -> None:
    producer = "001191110000<&>12345"
    png = encode_image(an_endpoint_image(), a_generation(), 0, producer=producer).png

    label = xmp(png).find(".//{http://www.tc260.org.cn/ns/AIGC/1.0/}AIGC")

    assert label is not None
    assert label.text is not None
    assert json.loads(label.text)["ContentProducer"] == producer
    assert json.loads(label.text)["ContentPropagator"] == producer


def test_text_chunks_precede_the_image_data() -> None:
    kinds = [kind for kind, _ in chunks(png_of(a_generation(prompt="苹果")))]

    assert kinds[0] == "IHDR"
    assert kinds.index("IDAT") > max(i for i, kind in enumerate(kinds) if kind == "iTXt")
    assert texts(png_of(a_generation())).keys() == {
        "parameters",
        "genai_studio",
        "XML:com.adobe.xmp",
    }


def test_metadata_of_the_endpoint_is_removed() -> None:

    planted = PngInfo()
    planted.add_text("parameters", "something else")
    planted.add_text("comment", "secret")
    image = an_endpoint_image(data=encoded(a_gradient(), "PNG", pnginfo=planted))

    png = encode_image(image, a_generation(), 0).png

    assert b"secret" not in png
    assert "something else" not in texts(png)["parameters"]
