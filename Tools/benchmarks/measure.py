#!/usr/bin/env python3
"""Measures Sightline on the full-size 2B shape, beside transformers where it is installed: the same rows, in turn, medians.

    make bench                                   # or, with a Python that has transformers (Tools/oracle/requirements.txt):
    make bench PEER=/path/to/python
    Tools/benchmarks/measure.py --rounds 1 --only "text of 16 tokens" --peer /path/to/python

Makes its checkpoint (made-up weights, 4 GB) and the int8 copy (2 GB) in .bench/, and writes the table and a plot there. Needs nothing but
Python's own library; a round is every program once, so that what else the machine does meets all alike.
"""

import argparse
import html
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIGHTLINE = ROOT / ".build" / "release" / "sightline"
FOLDER = ROOT / ".bench"
COLOURS = {"Sightline bf16": "#1f6fb4", "Sightline int8": "#2a9d5c", "transformers": "#b5651d"}


def run(command: list, **options) -> str:
    """A program's output; its messages go to the terminal."""
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def checkpoint() -> tuple[pathlib.Path, pathlib.Path]:
    """The full-size model and its quantised copy, made when they are not there."""
    model, copy = FOLDER / "full-2b", FOLDER / "full-2b-int8"
    FOLDER.mkdir(exist_ok=True)
    if not (model / "config.json").exists():
        fixtures = ROOT / "Tests" / "Fixtures"
        run([SIGHTLINE, "synthesize", "--config", fixtures / "checkpoints" / "full-2b", "--tokenizer",
             fixtures / "tokenizer" / "qwen3-vl", model])
    if not (copy / "config.json").exists():
        run([SIGHTLINE, "quantize", "--to", "int8", model, copy])
    return model, copy


def start(model: pathlib.Path) -> float:
    """Seconds from the program's start to the end of the program that printed a short text's vector."""
    began = time.perf_counter()
    run([SIGHTLINE, "embed", "find the slide with the revenue chart of last spring", "--model", model], stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


class Results:
    """Seconds of every row and program, over all rounds."""

    def __init__(self) -> None:
        self.seconds: dict[str, dict[str, list[float]]] = {}
        self.shares: dict[str, list[float]] = {}
        self.cosines: dict[str, float] = {}
        self.limits: list[float] = []

    def add(self, row: str, program: str, seconds: float) -> None:
        self.seconds.setdefault(row, {}).setdefault(program, []).append(seconds)

    def add_sightline(self, report: dict) -> None:
        self.limits.append(report["limit"])
        for row in report["rows"]:
            self.add(row["work"], "Sightline bf16", row["medianSeconds"])
            self.shares.setdefault(row["work"], []).append(row["shareOfLimit"])
            if "int8MedianSeconds" in row:
                self.add(row["work"], "Sightline int8", row["int8MedianSeconds"])
                self.cosines[row["work"]] = min(row["int8Cosine"], self.cosines.get(row["work"], 1))

    def median(self, row: str, program: str) -> float | None:
        values = self.seconds[row].get(program)
        return statistics.median(values) if values else None

    def table(self) -> str:
        """The table as Markdown."""
        def cell(value: float | None) -> str:
            return "-" if value is None else f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"

        lines = ["| work | Sightline bf16 | products, of the limit | Sightline int8 | cosine int8 | transformers bf16 | transformers / bf16 |",
                 "|---|---|---|---|---|---|---|"]
        for row in self.seconds:
            ours, int8, peer = (self.median(row, program) for program in COLOURS)
            share = f"{100 * statistics.median(self.shares[row]):.0f} %" if row in self.shares else "-"
            cosine = f"{self.cosines[row]:.4f}" if row in self.cosines else "-"
            ratio = f"{peer / ours:.2f}" if ours and peer else "-"
            lines.append(f"| {row} | {cell(ours)} | {share} | {cell(int8)} | {cosine} | {cell(peer)} | {ratio} |")
        return "\n".join(lines)

    def plot(self) -> str:
        """Bars for every row, each row to its own scale, as SVG."""
        height, left, width = 22, 250, 420
        parts, y = [], 40
        for row in self.seconds:
            values = [(program, self.median(row, program)) for program in COLOURS]
            values = [(program, value) for program, value in values if value is not None]
            longest = max(value for _, value in values)
            parts.append(f'<text x="{left - 10}" y="{y + 14}" text-anchor="end">{html.escape(row)}</text>')
            for program, value in values:
                bar = max(1, width * value / longest)
                label = f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s"
                parts.append(f'<rect x="{left}" y="{y}" width="{bar:.0f}" height="{height - 6}" fill="{COLOURS[program]}"/>')
                parts.append(f'<text x="{left + bar + 6:.0f}" y="{y + 13}">{label}</text>')
                y += height
            y += 10
        legend = "".join(
            f'<rect x="{left + index * 150}" y="10" width="12" height="12" fill="{colour}"/>'
            f'<text x="{left + index * 150 + 18}" y="21">{program}</text>'
            for index, (program, colour) in enumerate(COLOURS.items()))
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 90}" height="{y}" font-family="sans-serif" '
                f'font-size="13"><rect width="100%" height="100%" fill="white"/>{legend}{"".join(parts)}</svg>\n')


def processor() -> str:
    """What the system calls its processor."""
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def report(results: Results, rounds: int, reuse: dict | None = None) -> None:
    """Writes the table and the plot of the rounds so far."""
    limit = statistics.median(results.limits) * 1e-9
    heading = (f"{processor()}, {os.cpu_count()} processors, limit {limit:.0f} GFLOP/s; medians of {rounds} rounds, "
               f"load when it ended {os.getloadavg()[0]:.1f}")
    text = f"{heading}\n\n{results.table()}\n"
    if reuse:
        ratio = reuse["pairSeconds"] * reuse["documents"] / reuse["togetherSeconds"]
        text += (f"\n{reuse['documents']} documents of 128 tokens reranked for a query with a picture of 1280x704: "
                 f"{reuse['togetherSeconds']:.1f} s together; a pair by itself {reuse['pairSeconds']:.2f} s, so {ratio:.1f} times as fast; "
                 f"scores differ by at most {reuse['largestDifference']:g}.\n")
    (FOLDER / "results.md").write_text(text)
    (FOLDER / "results.svg").write_text(results.plot())


def main() -> None:
    """Measures, then writes the table and the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="times that every program runs (3)")
    parser.add_argument("--peer", type=pathlib.Path, help="a Python with transformers, to measure it too")
    parser.add_argument("--only", action="append", metavar="WORK", help="a row's name; may be given several times")
    parser.add_argument("--reuse", type=int, metavar="N", help="rerank N documents for a query with a picture too")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be 1 or more")

    model, copy = checkpoint()
    only = [part for row in arguments.only or [] for part in ("--only", row)]
    results, reuse = Results(), None
    start(model)
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}", file=sys.stderr, flush=True)
        results.add_sightline(json.loads(run([SIGHTLINE, "bench", "--runs", 1, "--json", "--model", model, "--beside", copy, *only])))
        if arguments.peer:
            script = ROOT / "Tools" / "oracle" / "time_transformers.py"
            for row, seconds in json.loads(run([arguments.peer, script, model, "--repeats", 1, "--json", *only])).items():
                results.add(row, "transformers", seconds)
        if not arguments.only:
            results.add("start to a printed vector", "Sightline bf16", start(model))
        report(results, number + 1)
    if arguments.reuse:
        answer = json.loads(run([SIGHTLINE, "bench", "--runs", 1, "--only", "text of 16 tokens", "--json", "--model", model, "--reuse",
                                 arguments.reuse]))
        reuse = answer["reuse"]

    report(results, arguments.rounds, reuse)
    print((FOLDER / "results.md").read_text())
    print(f"also in {FOLDER / 'results.md'} and {FOLDER / 'results.svg'}", file=sys.stderr)


if __name__ == "__main__":
    main()
