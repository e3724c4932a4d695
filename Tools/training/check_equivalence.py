"""Compares the training forward pass with transformers' own, on random weights or on a checkpoint.

    check_equivalence.py --tokenizer FILE [--checkpoint FILE [--starting]]

`--starting` also compares what stands in for the decoder while it is as at the start (`Network.glance`, `Network.add_up`).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import environment  # noqa: F401  (before transformers)
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import normalize

from layout import CONTENT_SIZE, DEFAULT_INSTRUCTION, RERANKING_INSTRUCTION, RERANKING_SYSTEM, conversation
from network import Network

_TOLERANCE = 1e-5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, help="a training checkpoint, model.pt")
    parser.add_argument("--starting", action="store_true", help="the checkpoint's decoder is still as initialise.py made it")
    options = parser.parse_args()
    torch.manual_seed(1)
    network = Network(Tokenizer.from_file(str(options.tokenizer))).eval()
    if options.checkpoint:
        network.load_state_dict(torch.load(options.checkpoint, weights_only=True)["network"])
    else:
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.08)
    generator = torch.Generator().manual_seed(2)
    with torch.no_grad():
        if options.starting:
            _compare_stand_ins(network, torch.rand(2, 3, 64, 96, generator=generator) * 2 - 1)
        texts = ["tiger", "a red circle to the left of a blue square", "boundary layer flow"]
        _compare("texts", network.embed_texts(network.sequences(network.text_ids(texts))), [_text(network, text) for text in texts])
        for height, width in ((64, 64), (96, 160)):
            pixels = torch.rand(2, 3, height, width, generator=generator) * 2 - 1
            _compare(f"pictures of {height}x{width}", network.embed_pictures(pixels), [_seen(network, one[None]) for one in pixels])
        queries = [network.text_ids([text])[0][: -len(network.ending)] for text in texts[:2]]
        scores = network.judge(queries, pixels)
        expected = torch.stack([_judged(network, text, one) for text, one in zip(texts, pixels)])
        print(f"reranking: logits differ by at most {float((scores - expected).abs().max()):.1e} of {float(expected.abs().max()):.1e}")
        if not torch.allclose(scores, expected, rtol=1e-4, atol=1e-4):
            raise SystemExit("reranking: the training pass is another function than transformers'")
        frames = torch.rand(2, 4, 3, 64, 96, generator=generator) * 2 - 1
        _compare("clips", network.embed_clips(frames), [_seen(network, one, clip=True) for one in frames])


def _compare_stand_ins(network: Network, pixels: Tensor) -> None:
    texts = ["tiger", "a red circle to the left of a blue square"]
    rows = [encoding.ids for encoding in network.tokenizer.encode_batch(texts, add_special_tokens=False)]
    expected = network.embed_texts(network.sequences(network.text_ids(texts)))[:, :CONTENT_SIZE]
    _compare("sums of tokens", normalize(network.add_up(rows), dim=-1), list(expected))
    _compare("sums of patches", network.glance(pixels[:, None])[0], list(network.embed_pictures(pixels)[:, :CONTENT_SIZE]))


def _compare(name: str, found: Tensor, expected: list[Tensor]) -> None:
    cosines = (found * torch.stack(expected)).sum(-1)
    print(f"{name}: 1 - cosine at most {float(1 - cosines.min()):.1e}")
    if not bool((cosines > 1 - _TOLERANCE).all()):
        raise SystemExit(f"{name}: the training pass is another function than transformers'")


def _last(network: Network, ids: list[int], **options: Tensor) -> Tensor:
    inputs = torch.tensor([ids])
    image, video = (inputs == network.tokens[token] for token in ("<|image_pad|>", "<|video_pad|>"))
    hidden = network.inner.model(
        input_ids=inputs, attention_mask=torch.ones_like(inputs), mm_token_type_ids=image.int() + 2 * video.int(), **options
    ).last_hidden_state
    return hidden[0, -1]


def _run(network: Network, ids: list[int], **options: Tensor) -> Tensor:
    return normalize(_last(network, ids, **options), dim=-1)


def _judged(network: Network, query: str, pixels: Tensor) -> Tensor:
    rows, columns = pixels.shape[1] // 16, pixels.shape[2] // 16
    picture = f"<|vision_start|>{'<|image_pad|>' * (rows * columns // 4)}<|vision_end|>"
    user = f"<Instruct>: {RERANKING_INSTRUCTION}<Query>:{query}\n<Document>:{picture}"
    values = _patches(pixels[None].repeat(2, 1, 1, 1))
    ids = network.tokenizer.encode(conversation(RERANKING_SYSTEM, user)).ids
    hidden = _last(network, ids, pixel_values=values, image_grid_thw=torch.tensor([[1, rows, columns]]))
    head = network.inner.lm_head.weight
    return hidden @ (head[network.tokenizer.token_to_id("yes")] - head[network.tokenizer.token_to_id("no")])


def _patches(frames: Tensor) -> Tensor:
    """Pairs of frames `[frames][3][height][width]` as transformers' processor cuts them."""
    rows, columns = frames.shape[2] // 16, frames.shape[3] // 16
    patches = frames.reshape(len(frames) // 2, 2, 3, rows // 2, 2, 16, columns // 2, 2, 16)
    return patches.permute(0, 3, 6, 4, 7, 2, 1, 5, 8).reshape(len(frames) // 2 * rows * columns, -1)


def _text(network: Network, text: str) -> Tensor:
    return _run(network, network.tokenizer.encode(conversation(DEFAULT_INSTRUCTION, text)).ids)


def _seen(network: Network, frames: Tensor, clip: bool = False) -> Tensor:
    """One picture, or one clip a frame a second, in the layout of transformers' processor."""
    if not clip:
        frames = frames.repeat(2, 1, 1, 1)
    pairs, (height, width) = len(frames) // 2, frames.shape[-2:]
    rows, columns = height // 16, width // 16
    grid = torch.tensor([[pairs, rows, columns]])
    values = _patches(frames)
    mark = network.tokens["<|video_pad|>" if clip else "<|image_pad|>"]
    user: list[int] = []
    for pair in range(pairs):
        if clip:
            user += network.tokenizer.encode(f"<{2 * pair + 0.5:.1f} seconds>", add_special_tokens=False).ids
        user += [network.tokens["<|vision_start|>"], *[mark] * (rows * columns // 4), network.tokens["<|vision_end|>"]]
    names = ("pixel_values_videos", "video_grid_thw") if clip else ("pixel_values", "image_grid_thw")
    return _run(network, [*network.beginning, *user, *network.ending], **dict(zip(names, (values, grid), strict=True)))


if __name__ == "__main__":
    main()
