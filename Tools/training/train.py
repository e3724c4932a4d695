"""Trains the model, for a given time, from the last checkpoint on.

    train.py --data FOLDER --run FOLDER --minutes N

One step has one source. The learning rate rises, stays, and falls over the last part of the time; a run that goes on later rises again.
On a GPU the whole of the data lies in its memory and matrix products are in bf16; the function is the same.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import environment  # noqa: F401  (before transformers)
import numpy as np
import torch
from tokenizers import Tokenizer

from evaluate import TASKS, evaluate
from generate import HELD_OUT_SEED
from initialise import initialise
from layout import MEANING_SIZE, Shape
from network import Network
from packs import read_pictures
from pictures import Picture
from sources import Generated, Judged, Pictures, Source, TextPairs, Views, Words
from space import Space
from texts import picture_texts

_AVERAGING = 0.998
_WARMUP_STEPS = 60
# Batches of larger pictures have fewer.
_SHARES = {"pages": 0.25, "screens": 0.25, "shapes": 0.5, "clips": 0.25}


def main() -> None:
    options = _arguments()
    device = torch.device(options.device)
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    network = Network(Tokenizer.from_file(str(options.data / "tokenizer.json")), _shape(options)).to(device)
    pictures = read_pictures(options.data)
    space = Space.read(options.data, MEANING_SIZE)
    options.run.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(network, options, device)
    if not trainer.resume():
        initialise(network, space, training_texts(pictures, space), options.seed)
        trainer.start()
        trainer.save()
        trainer.note({"event": "initialised"})
    sources = _sources(network, pictures, space, options, device)
    trainer.note({"event": "start", "options": {key: str(value) for key, value in vars(options).items()}})
    trainer.run(sources, lambda: evaluate(network, pictures, options.shards, options.sides[-1], options.tasks))


def training_texts(pictures: list[Picture], space: Space) -> list[str]:
    """All texts with a target but those that only held-out pictures are called by."""
    held_out = set(picture_texts([picture for picture in pictures if picture.split != "train"]))
    held_out -= set(picture_texts([picture for picture in pictures if picture.split == "train"]))
    return [text for text in space.store.texts if text not in held_out]


class Trainer:
    """The state of a run: weights, their running mean, the optimiser, and how far it is."""

    def __init__(self, network: Network, options: argparse.Namespace, device: torch.device) -> None:
        self.network, self.options, self.device = network, options, device
        self.step = 0
        self.average: dict[str, torch.Tensor] = {}
        words = network.decoder.embed_tokens.weight
        groups = []
        # The decoder starts where it should be, the vision tower from random numbers.
        for part, share in ((network.vision, 1.0), (network.decoder, options.decoder_share)):
            groups.append({"params": [p for p in part.parameters() if p.ndim < 2], "weight_decay": 0.0, "share": share})
            matrices = [p for p in part.parameters() if p.ndim >= 2 and p is not words]
            groups.append({"params": matrices, "weight_decay": 0.05, "share": share})
        groups.append({"params": list(network.sight.parameters()), "weight_decay": 0.05, "share": 1.0})
        groups.append({"params": [words], "weight_decay": 0.0, "share": 0.5 * options.decoder_share})
        self.optimiser = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98), fused=device.type == "cuda")

    def start(self) -> None:
        self.average = {name: tensor.detach().clone() for name, tensor in self.network.state_dict().items()}

    def resume(self) -> bool:
        path = self.options.run / "model.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average, self.step = state["average"], state["step"]
        if "optimiser" in state:
            self.optimiser.load_state_dict(state["optimiser"])
        return True

    def save(self) -> None:
        state = {"network": self.network.state_dict(), "average": self.average, "step": self.step, "optimiser": self.optimiser.state_dict()}
        temporary = self.options.run / "model.partial"
        torch.save(state, temporary)
        temporary.replace(self.options.run / "model.pt")

    def note(self, line: dict[str, object]) -> None:
        """Appends to the log."""
        text = json.dumps({"step": self.step, "time": time.strftime("%H:%M:%S", time.gmtime()), **line})
        with (self.options.run / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(text + "\n")
        print(text, flush=True)

    def run(self, sources: list[tuple[Source, float]], measure) -> None:
        begin = saved = evaluated = time.monotonic()
        first, losses = self.step, {}
        length = self.options.minutes * 60
        while (elapsed := time.monotonic() - begin) < length:
            # The seed of a step is its number, so that a run that was cut goes on as it would have.
            rng = random.Random(f"{self.options.seed} {self.step}")
            torch.manual_seed(rng.getrandbits(32))
            source = rng.choices([source for source, _ in sources], [weight for _, weight in sources])[0]
            self._set_rate(self.step - first, elapsed / length)
            compute = source.glance if source.name in self.options.vision_only else source.loss
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
                loss = compute(self.network, self.options.batch, rng)
            self.optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            self.optimiser.step()
            self.step += 1
            self._average()
            losses.setdefault(source.name, []).append(loss.detach())
            now = time.monotonic()
            if self.step % self.options.report == 0:
                means = {name: round(float(torch.stack(values).mean()), 3) for name, values in sorted(losses.items())}
                self.note({"minutes": round(elapsed / 60, 1), "loss": means})
                losses = {}
            if now - saved > self.options.save_minutes * 60:
                self.save()
                saved = now
            if now - evaluated > self.options.evaluate_minutes * 60:
                self.note({"event": "evaluation", **self.measured(measure)})
                evaluated = time.monotonic()
        self.save()
        self.note({"event": "end", "minutes": round((time.monotonic() - begin) / 60, 1), **self.measured(measure)})

    def measured(self, measure) -> dict[str, float]:
        """What the running mean of the weights reaches."""
        current = {name: tensor.clone() for name, tensor in self.network.state_dict().items()}
        self.network.load_state_dict(self.average)
        found = measure()
        self.network.load_state_dict(current)
        return found

    def _set_rate(self, steps: int, share: float) -> None:
        rate = self.options.rate * min(1.0, (steps + 1) / _WARMUP_STEPS)
        if share > 1 - self.options.fall:
            rate *= max(0.02, (1 - share) / self.options.fall)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]

    def _average(self) -> None:
        keep = min(_AVERAGING, self.step / (self.step + 10))
        for name, tensor in self.network.state_dict().items():
            if tensor.is_floating_point():
                self.average[name].lerp_(tensor, 1 - keep)


def _sources(
    network: Network, pictures: list[Picture], space: Space, options: argparse.Namespace, device: torch.device
) -> list[tuple[Source, float]]:
    """What the options name, with its weight."""
    weights = {name: float(weight) for name, weight in (part.split("=") for part in options.weights)}
    kept = options.data / "photographs.npy"
    sight = torch.from_numpy(np.load(kept)) if kept.exists() else None
    pairs = [tuple(json.loads(line)[1:]) for line in (options.data / "pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    views = Views(sides=tuple(options.sides))
    sources: list[Source] = []
    if weights.get("words"):
        sources.append(Words(network, training_texts(pictures, space), space, device))
    if weights.get("pairs"):
        sources.append(TextPairs(network, pairs, space, device))
    for name, kinds in (("emoji", ("emoji",)), ("clipart", ("clipart",)), ("icon", ("icon",)), ("all", ("emoji", "clipart", "icon"))):
        if weights.get(name):
            rows = [row for row, picture in enumerate(pictures) if picture.split == "train" and picture.source in kinds]
            chosen = [pictures[row] for row in rows]
            seen = None if sight is None else sight[rows]
            sources.append(Pictures(name, network, chosen, space, views, device, seen))
    for name in ("pages", "screens", "shapes", "clips"):
        shards = sorted(options.shards.glob(f"{name}-*.npy")) if weights.get(name) else []
        shards = [shard for shard in shards if int(shard.stem.split("-")[1]) < HELD_OUT_SEED]
        if shards:
            sources.append(Generated(name, network, shards, device, _SHARES[name]))
    sources += [Judged(source) for source in sources if weights.get(f"judge-{source.name}")]
    return [(source, weights[source.name]) for source in sources]


def _shape(options: argparse.Namespace) -> Shape:
    return Shape(**json.loads(options.shape))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="what make_data.py wrote")
    parser.add_argument("--shards", type=Path, required=True, help="what generate.py wrote")
    parser.add_argument("--run", type=Path, required=True, help="checkpoint and log; a run that is there goes on")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--decoder-share", type=float, default=0.15, help="the decoder's learning rate as a share of the vision tower's")
    parser.add_argument("--vision-only", nargs="*", default=[], metavar="SOURCE", help="sources that the vision tower learns by itself, without the decoder")
    parser.add_argument("--fall", type=float, default=0.2, help="share of the time in which the learning rate falls")
    parser.add_argument("--sides", type=int, nargs="+", default=[64], help="sides of pictures; the last is evaluated")
    parser.add_argument("--weights", nargs="+", default=["words=3", "all=6", "shapes=2", "screens=1", "pages=1"], help="SOURCE=WEIGHT")
    parser.add_argument("--tasks", nargs="+", default=list(TASKS), choices=TASKS, help="what is evaluated on the way")
    parser.add_argument("--shape", default="{}", help="fields of layout.Shape as JSON")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=int, default=50, help="steps between lines of the log")
    parser.add_argument("--save-minutes", type=float, default=4)
    parser.add_argument("--evaluate-minutes", type=float, default=15)
    return parser.parse_args()


if __name__ == "__main__":
    main()
