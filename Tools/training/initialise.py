"""Starts the decoder as a bag of words: the last token takes the mean of vectors that each token is given beforehand.

A decoder from random numbers would first have to find out what words are. Instead every token gets the vector that makes means of
tokens point where the teacher's vectors do, the first layer's values and outputs begin as the identity with even attention, and all
other layers begin as nearly nothing. From there everything is trained.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding_bag, normalize

from network import Network
from space import Space

# The last numbers of a token's vector carry no meaning: they fill it up to one length, which the norm before the first layer expects.
_FILL = 4


def initialise(network: Network, space: Space, texts: list[str], seed: int = 0) -> None:
    """Sets all weights."""
    torch.manual_seed(seed)
    _random_weights(network)
    decoder = network.decoder
    meaning = _token_vectors(network, space, texts, seed)
    lengths = meaning.norm(dim=1)
    meaning = meaning / lengths.quantile(0.995)
    lengths = meaning.norm(dim=1, keepdim=True)
    meaning = meaning * (0.97 / lengths.clamp_min(0.97))
    fill = (1 - meaning.square().sum(1, keepdim=True)).clamp_min(0).div(_FILL).sqrt().expand(-1, _FILL)
    size = meaning.shape[1]
    with torch.no_grad():
        decoder.embed_tokens.weight.copy_(torch.cat([meaning, fill], 1))
        first = decoder.layers[0].self_attn
        first.q_norm.weight.fill_(0.2)
        identity = torch.diag(torch.cat([torch.ones(size), torch.zeros(_FILL)]))
        first.v_proj.weight.copy_(identity)
        first.o_proj.weight.copy_(identity)
        decoder.norm.weight[size:] = 0.05
    _remove_offset(network, space, size)


@torch.no_grad()
def _remove_offset(network: Network, space: Space, size: int) -> None:
    """Takes what all prompts have in common away again, by the token that everything is read from."""
    texts = [text for text in space.store.texts if len(text) < 40][:: max(1, len(space.store.texts) // 500)]
    targets = space.targets(texts)[:, :size].to(network.device)
    sequences = network.sequences(network.text_ids(texts))
    end = network.decoder.embed_tokens.weight[network.tokens["<|endoftext|>"]]
    found: list[Tensor] = []
    hook = network.decoder.norm.register_forward_pre_hook(lambda _, inputs: found.append(inputs[0][:, :size]))
    for _ in range(12):
        vectors = network.embed_texts(sequences)
        hidden = found.pop()
        centred, wanted = hidden - hidden.mean(0), targets - targets.mean(0)
        gain = (centred * wanted).sum() / wanted.square().sum()
        end[:size] -= 0.7 * (hidden.mean(0) - gain * targets.mean(0))
        print(f"cosine to the teacher at the start: {float((vectors[:, :size] * targets).sum(-1).mean()):.3f}", flush=True)
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
                scale *= 0.01
            nn.init.trunc_normal_(module.weight, std=scale, a=-2 * scale, b=2 * scale)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    nn.init.normal_(network.vision.pos_embed.weight, std=0.02)


def _token_vectors(network: Network, space: Space, texts: list[str], seed: int, rounds: int = 12) -> Tensor:
    """A vector for each token such that the mean over a text's tokens points to its target."""
    rng = random.Random(seed)
    texts = [text for text in dict.fromkeys(texts) if space.has(text)]
    rows = [encoding.ids for encoding in network.tokenizer.encode_batch(texts, add_special_tokens=False)]
    # A word stands alone or behind a space; both spellings learn from each text.
    rows += [encoding.ids for encoding in network.tokenizer.encode_batch([f" {text}" for text in texts], add_special_tokens=False)]
    targets = space.targets(texts).repeat(2, 1)[:, : network.decoder.embed_tokens.embedding_dim - _FILL]
    table = nn.Parameter(torch.randn(network.decoder.embed_tokens.num_embeddings, targets.shape[1]) * 0.01)
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
    # Special tokens and tokens of no text keep next to nothing.
    return table.detach()
