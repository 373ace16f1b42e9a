"""`Model`: what the studio offers, with limits, defaults, styles and price."""

import strawberry

from genai_studio.domain import catalog as domain
from genai_studio.schema.types.enums import ModelSpeed


@strawberry.type(description="Whole numbers from min to max in steps of step.")
class IntRange:
    min: int = strawberry.field(description="The least, included.")
    max: int = strawberry.field(description="The greatest, included.")
    step: int = strawberry.field(description="From one allowed number to the next.")

    @classmethod
    def of(cls, limits: domain.Range) -> "IntRange":
        """From the domain."""
        return cls(min=limits.min, max=limits.max, step=limits.step)


@strawberry.type(description="Numbers from min to max.")
class FloatRange:
    min: float = strawberry.field(description="The least, included.")
    max: float = strawberry.field(description="The greatest, included.")


@strawberry.type(description="What a model accepts; anything else is refused by field name.")
class ModelLimits:
    prompt_characters: int = strawberry.field(description="The longest prompt.")
    width: IntRange = strawberry.field(description="Pixels.")
    height: IntRange = strawberry.field(description="Pixels.")
    max_pixels: int | None = strawberry.field(description="The most width × height.")
    steps: IntRange = strawberry.field(description="Denoising steps.")
    guidance_scale: FloatRange = strawberry.field(description="Classifier-free guidance.")
    count: IntRange = strawberry.field(description="Images a request.")


@strawberry.type(description="What is used where a request leaves the choice open.")
class ModelDefaults:
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    steps: int = strawberry.field(description="Denoising steps.")
    guidance_scale: float = strawberry.field(description="Classifier-free guidance.")
    count: int = strawberry.field(description="Images a request.")


@strawberry.type(description="A named way to draw.")
class ModelStyle:
    id: strawberry.ID = strawberry.field(description="For GenerateImageInput.style.")
    name: str = strawberry.field(description="For people.")


@strawberry.type(description="A model to make images with.")
class Model:
    id: strawberry.ID = strawberry.field(description="For GenerateImageInput.model.")
    name: str = strawberry.field(description="For people.")
    description: str = strawberry.field(description="What it is and what it is good for.")
    speed: ModelSpeed = strawberry.field(description="How long an image takes.")
    streams: bool = strawberry.field(description="Whether it tells its progress step by step.")
    demonstration: bool = strawberry.field(
        description="Whether it is here to show the studio, not to make images for use."
    )
    uses_guidance: bool = strawberry.field(
        description="Whether guidance and negative prompt have an effect."
    )
    prompt_languages: list[str] = strawberry.field(
        description="BCP 47 tags of the languages it reads."
    )
    price_per_image: float = strawberry.field(description="US dollars; 0 costs nothing.")
    limits: ModelLimits = strawberry.field(description="What it accepts.")
    defaults: ModelDefaults = strawberry.field(description="What it uses by itself.")
    styles: list[ModelStyle] = strawberry.field(description="Its named ways to draw.")
    examples: list[str] = strawberry.field(description="Prompts known to work well.")

    @classmethod
    def of(cls, model: domain.Model) -> "Model":
        """From the catalog."""
        limits, defaults = model.limits, model.defaults
        return cls(
            id=strawberry.ID(model.id),
            name=model.name,
            description=model.description,
            speed=model.speed,
            streams=model.streams,
            demonstration=model.demonstration,
            uses_guidance=model.uses_guidance,
            prompt_languages=list(model.prompt_languages),
            price_per_image=model.price_per_image,
            limits=ModelLimits(
                prompt_characters=limits.prompt_characters,
                width=IntRange.of(limits.width),
                height=IntRange.of(limits.height),
                max_pixels=limits.max_pixels,
                steps=IntRange.of(limits.steps),
                guidance_scale=FloatRange(min=limits.guidance_min, max=limits.guidance_max),
                count=IntRange.of(limits.count),
            ),
            defaults=ModelDefaults(
                width=defaults.width,
                height=defaults.height,
                steps=defaults.steps,
                guidance_scale=defaults.guidance_scale,
                count=defaults.count,
            ),
            styles=[
                ModelStyle(id=strawberry.ID(style.id), name=style.name) for style in model.styles
            ],
            examples=list(model.examples),
        )
