"""Qwen3-VL as transformers has it, run in the way that is cheap in training.

The parameters are those of transformers' own modules and the function is the same (`check_equivalence.py` compares the two). What differs
is the order of the work: pictures of one size go through the vision tower as one batch instead of one by one, the tokens that all prompts
begin with are computed once a step, and the last layer runs for last tokens only.
"""

from __future__ import annotations

from dataclasses import dataclass

import environment  # noqa: F401  (before transformers)
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import embedding_bag, linear, normalize, scaled_dot_product_attention
from transformers import Qwen3VLForConditionalGeneration
from transformers.models.qwen3_vl.modeling_qwen3_vl import apply_rotary_pos_emb
from transformers.vision_utils import get_vision_interpolation_indices_and_weights, get_vision_position_ids

from layout import CONTENT_SIZE, DEFAULT_INSTRUCTION, MARK, RERANKING_INSTRUCTION, RERANKING_SYSTEM, SIGHT_SIZE, SPECIAL_TOKENS, Shape, conversation

_MERGE = 2
_PATCH = 16


@dataclass(frozen=True)
class Sequences:
    """Token ids behind the shared beginning, padded on the right: `[rows][tokens]`, where each row ends, and M-RoPE's positions.

    Positions are `[3][rows][tokens]` and count from the end of the beginning; one row stands for all where they are equal.
    """

    ids: Tensor
    lengths: Tensor
    positions: Tensor


class Network(nn.Module):
    """The model, its tokenizer and the prompt around every input."""

    def __init__(self, tokenizer: Tokenizer, shape: Shape = Shape()) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        self.tokens = {token: tokenizer.token_to_id(token) for token in SPECIAL_TOKENS}
        config = shape.configuration(self.tokens)
        config._attn_implementation = "sdpa"
        self.inner = Qwen3VLForConditionalGeneration(config)
        # Training only: towards what a classifier of photographs sees.
        self.sight = nn.Linear(CONTENT_SIZE, SIGHT_SIZE, bias=False)
        self._placeholders = (self.tokens["<|image_pad|>"], self.tokens["<|video_pad|>"])
        # A word that follows a line feed is cut as it is without it, so the parts can be made into tokens one by one.
        self.beginning = self.beginning_for(DEFAULT_INSTRUCTION)
        # Tokens that all prompts consist of, but for the instruction.
        self.frame = sorted(set(self._ids(conversation("", ""))))
        self.ending = [*self._ids(conversation("", "\0").split("\0")[1]), self.tokens["<|endoftext|>"]]

    def _ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    @property
    def vision(self) -> nn.Module:
        return self.inner.model.visual

    @property
    def decoder(self) -> nn.Module:
        return self.inner.model.language_model

    @property
    def device(self) -> torch.device:
        return self.decoder.embed_tokens.weight.device

    # Inputs

    def beginning_for(self, instruction: str) -> list[int]:
        """The tokens before an input that is embedded for a purpose."""
        return self._ids(conversation(instruction, "\0").split("\0")[0])

    def text_ids(self, texts: list[str], longest: int = 96) -> list[list[int]]:
        """The tokens of each text with what follows it in its prompt."""
        return [encoding.ids[:longest] + self.ending for encoding in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def sequences(self, rows: list[list[int]]) -> Sequences:
        """Sequences of text only."""
        longest = max(map(len, rows))
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        positions = torch.arange(longest).expand(3, 1, longest)
        return Sequences(*(part.to(self.device) for part in (ids, torch.tensor([len(row) for row in rows]), positions)))

    def _seeing(self, rows: list[list[int]], height: int, width: int) -> Sequences:
        """Sequences in which every placeholder stands for a picture of so many merged patches."""
        made = [self._expanded(row, height, width) for row in rows]
        longest = max(len(ids) for ids, _ in made)
        ids = torch.tensor([ids + [0] * (longest - len(ids)) for ids, _ in made])
        positions = torch.tensor([places + [(0, 0, 0)] * (longest - len(places)) for _, places in made]).permute(2, 0, 1)
        return Sequences(*(part.to(self.device) for part in (ids, torch.tensor([len(ids) for ids, _ in made]), positions)))

    def _expanded(self, row: list[int], height: int, width: int) -> tuple[list[int], list[tuple[int, int, int]]]:
        ids: list[int] = []
        positions: list[tuple[int, int, int]] = []
        following = 0
        for token in row:
            if token in self._placeholders:
                ids += [token] * (height * width)
                positions += [(following, following + y, following + x) for y in range(height) for x in range(width)]
                following += max(height, width)
            else:
                ids.append(token)
                positions.append((following,) * 3)
                following += 1
        return ids, positions

    # Vectors

    def embed_texts(self, sequences: Sequences, instruction: str = DEFAULT_INSTRUCTION) -> Tensor:
        """Vectors of length 1 of texts."""
        return normalize(self._decode(sequences, self.beginning_for(instruction)).float(), dim=-1)

    def embed_pictures(self, pixels: Tensor) -> Tensor:
        """Vectors of length 1 of pictures of one size: `[pictures][3][height][width]` from -1 to 1, sides multiples of 32."""
        return self._embed_seen(pixels[:, None], self._picture)

    def glance(self, frames: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the decoder as it is at the start makes of pictures, without running it: it adds up the merged patches.

        `frames` are `[pictures][frames][3][height][width]`, one frame or two. Gives vectors of length 1 `[pictures][content]`, what each
        patch adds `[pictures][tokens][content]`, and what the patches' mean says to the classifier's features.
        """
        seen = self._see(frames, tapped=False)[0]
        content = seen[..., :CONTENT_SIZE]
        # Behind the norm of layer 1, where the user's turn is marked already.
        added = content / (content.square().sum(-1, keepdim=True) + 1 + MARK**2).sqrt()
        return normalize(added.sum(1), dim=-1), added, self.sight(content.mean(1))

    @torch.no_grad()
    def add_up(self, rows: list[list[int]]) -> Tensor:
        """What the decoder as it is at the start makes of texts: the sums `[texts][content]` of their tokens' content."""
        ids = torch.tensor([token for row in rows for token in row], device=self.device)
        offsets = torch.tensor([0, *(len(row) for row in rows[:-1])], device=self.device).cumsum(0)
        return embedding_bag(ids, self.decoder.embed_tokens.weight, offsets, mode="sum")[:, :CONTENT_SIZE]

    def embed_clips(self, frames: Tensor, frames_per_second: float = 1.0) -> Tensor:
        """Vectors of length 1 of clips of one size: `[clips][frames][3][height][width]`, an even number of frames."""
        clips, count = frames.shape[:2]
        row: list[int] = []
        for pair in range(count // 2):
            row += self._ids(f"<{(2 * pair + 0.5) / frames_per_second:.1f} seconds>")
            row += [self.tokens["<|vision_start|>"], self.tokens["<|video_pad|>"], self.tokens["<|vision_end|>"]]
        return self._embed_seen(frames.reshape(clips * count // 2, 2, *frames.shape[2:]), row)

    def judge(self, queries: list[list[int]], pixels: Tensor | None, documents: list[list[int]] | None = None) -> Tensor:
        """The reranker's logits for pairs: tokens of each query, and pictures of one size or tokens of texts as documents."""
        before, between = conversation(RERANKING_SYSTEM, f"<Instruct>: {RERANKING_INSTRUCTION}<Query>:\0\n<Document>:\0").split("\0")[:2]
        between_ids = self._ids(between)
        if pixels is None:
            rows = [[*query, *between_ids, *document, *self.ending] for query, document in zip(queries, documents or [], strict=True)]
            hidden = self._decode(self.sequences(rows), self._ids(before))
        else:
            height, width = (side // _PATCH // _MERGE for side in pixels.shape[-2:])
            rows = [[*query, *between_ids, *self._picture, *self.ending] for query in queries]
            hidden = self._decode(self._seeing(rows, height, width), self._ids(before), self._see(pixels[:, None]))
        words = self.decoder.embed_tokens.weight
        direction = words[self.tokenizer.token_to_id("yes")] - words[self.tokenizer.token_to_id("no")]
        return (hidden.float() * direction).sum(-1)

    @property
    def _picture(self) -> list[int]:
        return [self.tokens["<|vision_start|>"], self.tokens["<|image_pad|>"], self.tokens["<|vision_end|>"]]

    def _embed_seen(self, frames: Tensor, row: list[int], seen: tuple[Tensor, list[Tensor]] | None = None) -> Tensor:
        """Runs pairs of frames (a picture is one frame) as the placeholders of equal rows, one behind the other."""
        height, width = (side // _PATCH // _MERGE for side in frames.shape[-2:])
        one = self._seeing([[*row, *self.ending]], height, width)
        count = len(frames) // sum(token in self._placeholders for token in row)
        sequences = Sequences(one.ids.expand(count, -1), one.lengths.expand(count), one.positions)
        return normalize(self._decode(sequences, self.beginning, seen or self._see(frames)).float(), dim=-1)

    # Vision

    def _see(self, frames: Tensor, tapped: bool = True) -> tuple[Tensor, list[Tensor]]:
        """Merged patches `[pictures][tokens][hidden]` and DeepStack's taps of pictures `[pictures][frames][3][height][width]`."""
        vision = self.vision
        pictures, times, channels, height, width = frames.shape
        rows, columns = height // _PATCH, width // _PATCH
        patches = frames.reshape(pictures, times, channels, rows // _MERGE, _MERGE, _PATCH, columns // _MERGE, _MERGE, _PATCH)
        patches = patches.permute(0, 3, 6, 4, 7, 2, 1, 5, 8).reshape(pictures, rows * columns, -1)
        weight = vision.patch_embed.proj.weight
        if times == 1:
            # A picture is a clip of two equal frames.
            weight = weight.sum(2)
        x = linear(patches, weight.flatten(1), vision.patch_embed.proj.bias)

        grid = torch.tensor([[1, rows, columns]], device=frames.device)
        indices, weights = get_vision_interpolation_indices_and_weights(
            grid, num_grid_per_side=vision.num_grid_per_side, mode=vision.interpolation_mode,
            align_corners=vision.interpolation_align_corners, spatial_merge_size=_MERGE,
        )  # fmt: skip
        x = x + (vision.pos_embed(indices) * weights[:, :, None]).sum(1)
        cosines, sines = vision.rotary_pos_emb(x, get_vision_position_ids(grid, _MERGE))
        taps = []
        for number, block in enumerate(vision.blocks):
            attention = block.attn
            q, k, v = attention.qkv(block.norm1(x)).unflatten(-1, (3, attention.num_heads, -1)).permute(2, 0, 3, 1, 4)
            q, k = apply_rotary_pos_emb(q, k, cosines[None].to(q.dtype), sines[None].to(q.dtype))
            mixed = scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
            x = x + attention.proj(mixed)
            x = x + block.mlp(block.norm2(x))
            if tapped and number in vision.deepstack_visual_indexes:
                merger = vision.deepstack_merger_list[vision.deepstack_visual_indexes.index(number)]
                taps.append(merger(x).reshape(pictures, -1, merger.linear_fc2.out_features))
        return vision.merger(x).reshape(pictures, -1, self.decoder.embed_tokens.embedding_dim), taps

    # Decoder

    def _decode(self, sequences: Sequences, beginning: list[int], seen: tuple[Tensor, list[Tensor]] | None = None) -> Tensor:
        """Last hidden states after the final norm."""
        decoder = self.decoder
        ids, start = sequences.ids, len(beginning)
        x = decoder.embed_tokens(ids)
        shared = decoder.embed_tokens(torch.tensor([beginning], device=ids.device))
        if seen is not None:
            placed = sum(ids == token for token in self._placeholders).bool()[..., None]
            x = x.masked_scatter(placed, seen[0].to(x.dtype))
        rotation = decoder.rotary_emb(x, sequences.positions + start)
        shared_rotation = decoder.rotary_emb(shared, torch.arange(start, device=ids.device).expand(3, 1, start))
        count = ids.shape[1]
        mask = torch.ones(count, start + count, dtype=torch.bool, device=ids.device).tril(start)
        last = sequences.lengths - 1
        rows = torch.arange(len(ids), device=ids.device)
        for number, layer in enumerate(decoder.layers):
            k0, v0 = _keys_and_values(layer, shared, shared_rotation)
            k, v = _keys_and_values(layer, x, rotation)
            k = torch.cat([k0.expand(len(ids), -1, -1, -1), k], 2)
            v = torch.cat([v0.expand(len(ids), -1, -1, -1), v], 2)
            if number + 1 == len(decoder.layers):
                # Only last tokens are wanted, and each sees what stands before it.
                x = x[rows, last][:, None]
                angles = tuple(part.expand(len(ids), -1, -1)[rows, last][:, None] for part in rotation)
                return decoder.norm(_layer(layer, x, angles, k, v, mask[last][:, None, None])[:, 0])
            x = _layer(layer, x, rotation, k, v, mask)
            shared = _layer(layer, shared, shared_rotation, k0, v0, None)
            if seen is not None and number < len(seen[1]):
                x = x + torch.zeros_like(x).masked_scatter(placed, seen[1][number].to(x.dtype))
        raise AssertionError("a decoder has layers")


def _keys_and_values(layer: nn.Module, x: Tensor, rotation: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    attention = layer.self_attn
    x = layer.input_layernorm(x)
    k = attention.k_norm(attention.k_proj(x).unflatten(-1, (-1, attention.head_dim))).transpose(1, 2)
    v = attention.v_proj(x).unflatten(-1, (-1, attention.head_dim)).transpose(1, 2)
    return _rotated(k, rotation), v


def _layer(layer: nn.Module, x: Tensor, rotation: tuple[Tensor, Tensor], k: Tensor, v: Tensor, mask: Tensor | None) -> Tensor:
    """One decoder layer for the tokens of `x`, whose keys stand among `k`; without a mask, `x` is the whole sequence."""
    attention = layer.self_attn
    q = attention.q_norm(attention.q_proj(layer.input_layernorm(x)).unflatten(-1, (-1, attention.head_dim))).transpose(1, 2)
    q, v = _rotated(q, rotation).to(v.dtype), v
    grouped = attention.num_key_value_groups > 1
    mixed = scaled_dot_product_attention(q, k.to(v.dtype), v, attn_mask=mask, is_causal=mask is None, enable_gqa=grouped)
    x = x + attention.o_proj(mixed.transpose(1, 2).flatten(2))
    return x + layer.mlp(layer.post_attention_layernorm(x))


def _rotated(x: Tensor, rotation: tuple[Tensor, Tensor]) -> Tensor:
    cosines, sines = (part[:, None] for part in rotation)
    half = x.shape[-1] // 2
    return x * cosines + torch.cat([-x[..., half:], x[..., :half]], -1) * sines
