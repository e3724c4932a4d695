"""Starts the decoder as a bag of words, in closed form: no step of training is needed before texts are found by what they say.

A decoder from random numbers would first have to find out what words are. Instead:

- every token gets a vector: what it means (fitted to the teacher's vectors of whole texts) and how it is spelled (`spelling.py`);
- layer 0 marks the tokens of the user's turn: each attends to the turns' borders before it, and only `<|im_end|>` carries the mark;
- layer 1 adds up the marked tokens into the last one. The borders, whose vectors are empty, take nearly all of the attention, so that
  its sum over everything else hardly depends on how much there is, and what the prompt itself adds is one constant, taken away again by
  the last token's own vector;
- all other products end in zeros, so that they begin as nothing and can be learned.
"""

from __future__ import annotations

import math
import random
from collections import Counter

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding_bag, normalize

from layout import CONTENT_SIZE, MARK, MEANING_SIZE, SPELLING_SIZE
from network import Network
from space import Space
from spelling import token_spellings

# Marks behind the content: one that every ordinary token has, the turns' borders, the end of a turn, the user's turn, and four equal
# numbers that fill a token's vector up to length 1, which is what the norm before a layer makes of it. Were it one number, it would be
# the largest by far, and int8's steps too coarse for the content.
_ORDINARY, _BORDER, _TURN_END, _IN_TURN = range(CONTENT_SIZE, CONTENT_SIZE + 4)
_FILL = list(range(CONTENT_SIZE + 4, CONTENT_SIZE + 8))
# A picture's content is small beside this, so that the norm leaves it in proportion.
_PICTURE_FILL = math.sqrt(1 - MARK**2)
# How strongly spelling counts beside meaning. More is better for texts that share their words with the query, and worse for others:
# nDCG@10 of Cranfield and of 32 paraphrases is 0.306 and 0.802 without, 0.374 and 0.781 with 0.5, 0.395 and 0.752 with 0.8.
_SPELLING = 0.5
# Where the fit of meanings begins: the teacher's vector of the word by itself, times its rarity and this. From random numbers, Cranfield
# (meaning alone) has 0.278 instead of 0.306.
_PRIOR = 0.3
# Numbers of a head that the rotation hardly turns (less than 0.02 in 1,000 positions): "a border or not" and "anything else".
_BORDER_NUMBER, _OTHER_NUMBER = 31, 30

# Where the vision tower's heads look at the start, by turns of its blocks: rows and columns.
_DIRECTIONS = (((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), None), ((0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1), None))
_NEARNESS = 3.0


def initialise(network: Network, space: Space, texts: list[str], seed: int = 0) -> None:
    """Sets all weights."""
    torch.manual_seed(seed)
    _random_weights(network)
    decoder = network.decoder
    vectors = _token_vectors(network, space, texts, seed)
    with torch.no_grad():
        decoder.embed_tokens.weight.copy_(vectors)
        _mark_the_turn(decoder.layers[0].self_attn)
        _add_up_the_turn(decoder.layers[1].self_attn)
        decoder.norm.weight[CONTENT_SIZE:] = 0
        last = network.vision.merger.linear_fc2
        last.weight[CONTENT_SIZE:] = 0
        last.bias[_ORDINARY], last.bias[_FILL] = MARK, _PICTURE_FILL / 2
        _take_the_prompt_away(network)


def _token_vectors(network: Network, space: Space, texts: list[str], seed: int) -> Tensor:
    """Content and marks of every token, each row of length 1."""
    texts = [text for text in dict.fromkeys(texts) if space.has(text)]
    meaning = _token_meanings(network, space, texts, seed)
    meaning = meaning / meaning.norm(dim=1).quantile(0.995)
    content = interleaved(meaning, _SPELLING * token_spellings(network.tokenizer, texts, SPELLING_SIZE))
    content *= 0.9 / content.norm(dim=1).quantile(0.995)
    content *= (0.95 / content.norm(dim=1, keepdim=True)).clamp_max(1)
    vectors = torch.zeros(len(content), network.decoder.embed_tokens.embedding_dim)
    vectors[:, :CONTENT_SIZE] = content
    # What stands in every prompt says nothing ("user" as a word has a space before it, and is another token).
    vectors[network.frame] = 0
    for token, number in network.tokens.items():
        vectors[number] = 0
        if token == "<|im_start|>":
            vectors[number, _BORDER] = 1
        elif token == "<|im_end|>":
            vectors[number, _BORDER], vectors[number, _TURN_END] = 0.8, 0.6
    vectors[:, _ORDINARY] = torch.where(vectors[:, _BORDER] > 0, 0, MARK)
    # The last token looks away from itself.
    vectors[network.tokens["<|endoftext|>"], _ORDINARY] = _PICTURE_FILL
    vectors[:, _FILL] = (1 - vectors.square().sum(1, keepdim=True)).clamp_min(0).sqrt() / 2
    return vectors


def interleaved(meaning: Tensor, spelling: Tensor) -> Tensor:
    """Meaning and spelling in turn, so that a vector's beginnings hold some of both; what is left of meaning stands last."""
    both = torch.stack([meaning[..., :SPELLING_SIZE], spelling], -1).flatten(-2)
    return torch.cat([both, meaning[..., SPELLING_SIZE:]], -1)


def _mark_the_turn(attention: nn.Module) -> None:
    """Layer 0: `_IN_TURN` becomes `MARK` where two of the three borders before a token are starts of a turn, the third an end."""
    _attend_to_borders(attention, {_BORDER: 1.0}, sharpness=1.5)
    attention.v_proj.weight.zero_()
    attention.v_proj.weight[0, _TURN_END] = 1
    attention.o_proj.weight.zero_()
    # Values are behind a norm: times the root of the hidden size.
    attention.o_proj.weight[_IN_TURN, 0] = MARK / (0.6 * math.sqrt(attention.v_proj.in_features) / 3)


def _add_up_the_turn(attention: nn.Module) -> None:
    """Layer 1: the sum of the content in the user's turn, in units of a token's content."""
    _attend_to_borders(attention, {_BORDER: 5.0, _ORDINARY: -4.0, _IN_TURN: 4.0}, sharpness=1.0)
    size = attention.v_proj.in_features
    attention.v_proj.weight.zero_()
    attention.v_proj.weight[:CONTENT_SIZE, :CONTENT_SIZE].fill_diagonal_(1)
    # Five borders, each e^8 times as strong as an ordinary token.
    gain = 5 * math.exp(8) / math.sqrt(size)
    attention.o_proj.weight.zero_()
    attention.o_proj.weight[:CONTENT_SIZE, :CONTENT_SIZE].fill_diagonal_(gain)


def _attend_to_borders(attention: nn.Module, keys: dict[int, float], sharpness: float) -> None:
    """All heads alike: logits of 8 times `sharpness` for borders, 0 for what lies at right angles to them, negative for the opposite."""
    attention.q_norm.weight.fill_(sharpness)
    attention.k_norm.weight.fill_(1)
    attention.q_proj.weight.zero_()
    attention.k_proj.weight.zero_()
    for head in range(attention.q_proj.out_features // attention.head_dim):
        first = head * attention.head_dim
        attention.q_proj.weight[first + _BORDER_NUMBER, [_ORDINARY, _BORDER, *_FILL]] = 1
        # Large beside what bf16 leaves of two marks that ought to be equal: with half of it, Cranfield has 0.348 in bf16, not 0.365.
        attention.k_proj.weight[first + _OTHER_NUMBER, [_ORDINARY, *_FILL]] = 0.5
        for mark, weight in keys.items():
            attention.k_proj.weight[first + _BORDER_NUMBER, mark] = weight


@torch.no_grad()
def _take_the_prompt_away(network: Network) -> None:
    """Gives the last token the opposite of what is found there when nothing is asked."""
    end = network.decoder.embed_tokens.weight[network.tokens["<|endoftext|>"]]
    found: list[Tensor] = []
    hook = network.decoder.norm.register_forward_pre_hook(lambda _, inputs: found.append(inputs[0][0]))
    for _ in range(4):
        network.embed_texts(network.sequences(network.text_ids([""])))
        left = found.pop()[:CONTENT_SIZE]
        end[:CONTENT_SIZE] -= left
    print(f"left of the prompt: {float(left.norm()):.4f}", flush=True)
    hook.remove()


def _random_weights(network: Network) -> None:
    depth = len(network.vision.blocks)
    for name, module in network.inner.model.named_modules():
        if isinstance(module, nn.Linear | nn.Conv3d):
            inputs = module.weight[0].numel()
            scale = inputs**-0.5
            if name.endswith(("attn.proj", "mlp.linear_fc2")):
                scale *= (2 * depth) ** -0.5
            if name.endswith(("o_proj", "down_proj")) or (name.endswith("linear_fc2") and "deepstack" in name):
                scale = 0
            if name.endswith("merger.linear_fc2"):
                scale *= 0.05
            nn.init.trunc_normal_(module.weight, std=scale, a=-2 * scale, b=2 * scale) if scale else nn.init.zeros_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    nn.init.normal_(network.vision.pos_embed.weight, std=0.02)
    for number, block in enumerate(network.vision.blocks):
        _look_at_neighbours(block.attn, _DIRECTIONS[number % len(_DIRECTIONS)])


@torch.no_grad()
def _look_at_neighbours(attention: nn.Module, directions: tuple[tuple[int, int] | None, ...]) -> None:
    """Lets each head begin with the patch in a direction, as a convolution does, by biases alone; `None` looks everywhere.

    The rotation makes a logit of equal vectors a sum of cosines of the distance, the highest where the turns cancel. After Zheng et al.,
    "Structured Initialization for Attention in Vision Transformers" (2024), who do it by the weights.
    """
    queries, keys = attention.qkv.bias.view(3, attention.num_heads, -1)[:2]
    attention.qkv.weight[: 2 * len(queries) * queries.shape[1]] *= 0.5
    size = queries.shape[1]
    quarter = size // 4
    turns = 10_000 ** (-torch.arange(quarter) / quarter)
    # Two of the turns tell neighbours apart; the others hardly change from patch to patch.
    strength = torch.zeros(quarter)
    strength[:3] = (_NEARNESS * size**0.5) ** 0.5
    for head, direction in enumerate(directions):
        if direction is None:
            continue
        for axis, distance in enumerate(direction):
            part = slice(axis * quarter, (axis + 1) * quarter)
            other = slice(2 * quarter + part.start, 2 * quarter + part.stop)
            keys[head, part] = strength
            queries[head, part], queries[head, other] = strength * torch.cos(turns * distance), strength * torch.sin(turns * distance)


def _token_meanings(network: Network, space: Space, texts: list[str], seed: int, rounds: int = 12) -> Tensor:
    """A vector for each token such that the sum over a text's tokens points to its target."""
    rng = random.Random(seed)
    rows = [encoding.ids for encoding in network.tokenizer.encode_batch(texts, add_special_tokens=False)]
    # A word stands alone or behind a space; both spellings learn from each text.
    rows += [encoding.ids for encoding in network.tokenizer.encode_batch([f" {text}" for text in texts], add_special_tokens=False)]
    targets = space.targets(texts).repeat(2, 1)
    table = nn.Parameter(_PRIOR * _word_meanings(network, space, rows))
    optimiser = torch.optim.Adam([table], lr=0.01)
    order = list(range(len(rows)))
    for turn in range(rounds):
        rng.shuffle(order)
        optimiser.param_groups[0]["lr"] = 0.01 * (1 - turn / rounds)
        total = 0.0
        for start in range(0, len(order), 2_048):
            part = order[start : start + 2_048]
            ids = torch.tensor([token for index in part for token in rows[index]])
            offsets = torch.tensor([0] + [len(rows[index]) for index in part[:-1]]).cumsum(0)
            means = embedding_bag(ids, table, offsets, mode="sum")
            loss = (1 - (normalize(means, dim=-1) * targets[part]).sum(-1)).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(part)
        print(f"bag of words, round {turn}: 1 - cosine {total / len(order):.3f}", flush=True)
    # Tokens of no text keep next to nothing.
    return table.detach()


def _word_meanings(network: Network, space: Space, rows: list[list[int]]) -> Tensor:
    """For each token that is a word the teacher has seen: the teacher's vector, times the word's rarity; nothing for the others."""
    found = Counter(token for row in rows for token in set(row))
    most = math.log(len(rows))
    meanings = torch.zeros(network.decoder.embed_tokens.num_embeddings, MEANING_SIZE)
    for token, row in enumerate(meanings):
        word = network.tokenizer.decode([token]).strip()
        known = next((form for form in (word, word.lower()) if space.has(form)), None)
        if known:
            row[:] = space.targets([known])[0] * (math.log((len(rows) + 1) / (found[token] + 1)) / most)
    return meanings
