"""Runs a checkpoint through `transformers` and `qwen-vl-utils` and hands back every number that Sightline must reproduce."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import environment  # noqa: F401  (before transformers)
import numpy as np
import torch
import torch.nn.functional as functional
from PIL import Image
from qwen_vl_utils import fetch_image
from transformers import Qwen3VLForConditionalGeneration, Qwen3VLProcessor

from prompts import (
    EMBEDDING_MAX_LENGTH,
    RERANKING_MAX_LENGTH,
    Item,
    embedding_prompt,
    keep_special,
    reranking_prompt,
    video_text,
)

_PATCH_SIZE = 16
_MIN_PIXELS = 4_096
_MAX_PIXELS = 1_843_200


@dataclass(frozen=True)
class Prepared:
    """What text and pictures become before the model sees them."""

    prompt: str
    ids: list[int]
    pixel_values: torch.Tensor | None = None
    grids: torch.Tensor | None = None
    resized: list[dict[str, object]] = field(default_factory=list)
    video_values: torch.Tensor | None = None
    video_grids: torch.Tensor | None = None


@dataclass(frozen=True)
class Encoded:
    """One run: the position of every token on the three axes, the last token's vector, and any stages recorded."""

    positions: list[list[int]]
    vector: torch.Tensor
    stages: dict[str, np.ndarray]


class Oracle:
    def __init__(self, checkpoint: Path, dtype: torch.dtype = torch.float32) -> None:
        self.processor = Qwen3VLProcessor.from_pretrained(checkpoint, padding_side="right")
        self.model = Qwen3VLForConditionalGeneration.from_pretrained(checkpoint, dtype=dtype).eval()
        tokenizer = self.processor.tokenizer
        self.special_ids = frozenset(tokenizer.all_special_ids)
        self.yes_id, self.no_id = (tokenizer.get_vocab()[word] for word in ("yes", "no"))

    # Inputs

    def prepare_embedding(self, item: Item, instruction: str | None = None, max_length: int = EMBEDDING_MAX_LENGTH) -> Prepared:
        prompt = embedding_prompt(item, instruction)
        return self._prepare(prompt, item.images, truncation=True, max_length=max_length)

    def prepare_reranking(
        self,
        query: Item,
        document: Item,
        instruction: str | None = None,
        max_length: int = RERANKING_MAX_LENGTH,
        appends_end_of_text: bool = False,
    ) -> Prepared:
        prompt = reranking_prompt(query, document, instruction)
        prepared = self._prepare(prompt, query.images + document.images, add_special_tokens=appends_end_of_text)
        ids = keep_special(prepared.ids, self.special_ids, max_length)
        return Prepared(prompt, ids, prepared.pixel_values, prepared.grids, prepared.resized)

    def prepare_video(self, frames: list[Image.Image], frames_per_second: float, item: Item, instruction: str | None = None) -> Prepared:
        """Frames taken as they are, neither sampled nor resized, before the item's pictures and texts."""
        pixels = torch.stack([torch.from_numpy(np.array(frame)).permute(2, 0, 1) for frame in frames])
        video = self.processor.video_processor(
            [pixels], do_resize=False, do_sample_frames=False, cap_pixels_per_frame=False, return_tensors="pt"
        )
        grids = video["video_grid_thw"]
        prepared = self.prepare_embedding(item, instruction)
        prompt = embedding_prompt(item, instruction, video_text(tuple(grids[0].tolist()), frames_per_second))
        first, *others = prompt.split("<|image_pad|>")
        counts = [] if prepared.grids is None else (prepared.grids.prod(-1) // 4).tolist()
        expanded = first + "".join("<|image_pad|>" * count + part for count, part in zip(counts, others, strict=True))
        ids = self.processor.tokenizer(expanded)["input_ids"]
        return replace(prepared, prompt=prompt, ids=ids, video_values=video["pixel_values_videos"], video_grids=grids)

    def _prepare(self, prompt: str, images: tuple[Path, ...], **options: object) -> Prepared:
        pictures, resized = [], []
        for path in images:
            with Image.open(path) as source:
                picture = fetch_image(
                    {"image": source, "min_pixels": _MIN_PIXELS, "max_pixels": _MAX_PIXELS},
                    image_patch_size=_PATCH_SIZE,
                )
            pictures.append(picture)
            digest = hashlib.sha256(np.asarray(picture, dtype=np.uint8).tobytes()).hexdigest()
            resized.append({"width": picture.width, "height": picture.height, "rgb_sha256": digest})
        inputs = self.processor(text=[prompt], images=pictures or None, do_resize=False, return_tensors="pt", **options)
        return Prepared(prompt, inputs["input_ids"][0].tolist(), inputs.get("pixel_values"), inputs.get("image_grid_thw"), resized)

    # The model

    @torch.no_grad()
    def encode(self, prepared: Prepared, records_stages: bool = False) -> Encoded:
        ids = torch.tensor([prepared.ids])
        config = self.model.config
        options = {}
        if prepared.pixel_values is not None:
            options |= {"pixel_values": prepared.pixel_values, "image_grid_thw": prepared.grids}
        if prepared.video_values is not None:
            options |= {"pixel_values_videos": prepared.video_values, "video_grid_thw": prepared.video_grids}
        if options:
            image_types, video_types = ids == config.image_token_id, ids == config.video_token_id
            options["mm_token_type_ids"] = image_types.int() + 2 * video_types.int()
        with self._recording(records_stages) as (positions, stages):
            hidden = self.model.model(input_ids=ids, attention_mask=torch.ones_like(ids), **options).last_hidden_state
        if records_stages:
            for name, values in (("patches", prepared.pixel_values), ("patches.video", prepared.video_values)):
                if values is not None:
                    stages[name] = values.numpy()
        return Encoded(positions[0], hidden[0, -1], stages)

    @torch.no_grad()
    def embed(self, prepared: Prepared, records_stages: bool = False) -> Encoded:
        """The last token after the final norm, scaled to length 1 in the model's own type."""
        encoded = self.encode(prepared, records_stages)
        vector = functional.normalize(encoded.vector, p=2, dim=-1)
        if records_stages:
            encoded.stages["embedding"] = vector.float().numpy()
        return Encoded(encoded.positions, vector, encoded.stages)

    @torch.no_grad()
    def score(self, prepared: Prepared) -> tuple[Encoded, float, float]:
        """The logit and its sigmoid; in bf16 the difference of the two rows, the logit and the score are all rounded."""
        encoded = self.encode(prepared)
        head = self.model.lm_head.weight
        direction = head[self.yes_id] - head[self.no_id]
        logit = functional.linear(encoded.vector[None], direction[None])
        return encoded, logit.item(), torch.sigmoid(logit).item()

    @torch.no_grad()
    def embed_padded(self, batch: list[Prepared]) -> torch.Tensor:
        """All at once with padding on the right, as the reference runs a batch."""
        longest = max(len(prepared.ids) for prepared in batch)
        pad = self.processor.tokenizer.pad_token_id
        ids = torch.tensor([prepared.ids + [pad] * (longest - len(prepared.ids)) for prepared in batch])
        mask = torch.tensor([[1] * len(prepared.ids) + [0] * (longest - len(prepared.ids)) for prepared in batch])
        hidden = self.model.model(
            input_ids=ids,
            attention_mask=mask,
            pixel_values=torch.cat([prepared.pixel_values for prepared in batch if prepared.pixel_values is not None]),
            image_grid_thw=torch.cat([prepared.grids for prepared in batch if prepared.grids is not None]),
            mm_token_type_ids=(ids == self.model.config.image_token_id).int(),
        ).last_hidden_state
        last = mask.sum(dim=1) - 1
        return functional.normalize(hidden[torch.arange(len(batch)), last], p=2, dim=-1)

    @contextmanager
    def _recording(self, records_stages: bool) -> Iterator[tuple[list[list[list[int]]], dict[str, np.ndarray]]]:
        positions: list[list[list[int]]] = []
        stages: dict[str, np.ndarray] = {}
        hooks = []

        def keep(name: str, tensor: torch.Tensor) -> None:
            stages[name] = tensor.float().reshape(-1, tensor.shape[-1]).numpy().copy()

        def on_input(module: torch.nn.Module, name: str) -> None:
            hooks.append(module.register_forward_pre_hook(lambda _, inputs: keep(name, inputs[0])))

        def on_output(module: torch.nn.Module, name: str) -> None:
            hooks.append(module.register_forward_hook(lambda _, __, output: keep(name, output)))

        decoder, vision = self.model.model.language_model, self.model.model.visual
        hooks.append(
            decoder.rotary_emb.register_forward_pre_hook(lambda _, inputs: positions.append(inputs[1].expand(3, -1, -1)[:, 0].tolist()))
        )
        if records_stages:
            depth = len(vision.blocks)
            on_output(vision.patch_embed, "vision.patch_embedding")
            on_input(vision.blocks[0], "vision.input")
            for number in (0, depth // 2, depth - 1):
                on_output(vision.blocks[number], f"vision.block.{number}")
            for number, merger in enumerate(vision.deepstack_merger_list):
                on_output(merger, f"vision.deepstack.{number}")
            on_output(vision.merger, "vision.merger")
            # DeepStack is added after a layer returns, so a layer's result is read where the next one takes it.
            on_input(decoder.layers[0], "decoder.input")
            for number, following in enumerate([*decoder.layers[1:], decoder.norm]):
                on_input(following, f"decoder.layer.{number}")
            on_output(decoder.norm, "decoder.norm")
        try:
            yield positions, stages
        finally:
            for hook in hooks:
                hook.remove()
