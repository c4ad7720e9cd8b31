"""Interleaved rounds, ratios with their spread, goals, and the file that keeps them.

Times alone say little on another machine, or on this one an hour later; so every contestant runs in every round, the
order turns from round to round, and each ratio is taken within a round.
"""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
ROUNDS = max(3, int(os.environ.get("BENCH_ROUNDS") or 3))


@dataclass(frozen=True)
class Ratio:
    """How many times as much time (or as many pieces a second) as the base: the median and the spread of the rounds."""

    name: str
    base: str
    median: float
    least: float
    most: float
    goal: str = ""
    is_met: bool | None = None  # by the median; None where there is no goal

    def __str__(self) -> str:
        verdict = {None: "", True: "  ĐẠT", False: "  CHƯA ĐẠT"}[self.is_met]
        goal = f"  (mục tiêu {self.goal})" if self.goal else ""
        return f"{self.median:.3f} [{self.least:.3f} … {self.most:.3f}]{goal}{verdict}"


@dataclass
class Result:
    """What one measurement found; `facts` are plain numbers beside the ratios (queries, MB)."""

    name: str
    what: str
    seconds: dict[str, list[float]] = field(default_factory=dict)
    ratios: list[Ratio] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def run(
        self, contestants: Mapping[str, Callable[[], float]], rounds: int = ROUNDS, group: str = ""
    ) -> None:
        """Let each contestant run once a round; a contestant returns the seconds that count."""
        names = list(contestants)
        for number in range(rounds):
            turn = number % len(names)
            for name in [*names[turn:], *names[:turn]]:
                seconds = contestants[name]()
                self.seconds.setdefault(group + name, []).append(seconds)
                print(
                    f"  vòng {number + 1}  {group + name:<52} {seconds * 1000:>10.1f} ms",
                    flush=True,
                )

    def compare_time(self, name: str, base: str, at_most: float | None = None) -> None:
        """Add how many times the base's time a contestant takes."""
        self._compare(name, base, inverse=False, at_most=at_most, at_least=None)

    def compare_speed(self, name: str, base: str, at_least: float | None = None) -> None:
        """Add how many times the base's speed a contestant has."""
        self._compare(name, base, inverse=True, at_most=None, at_least=at_least)

    def _compare(
        self, name: str, base: str, *, inverse: bool, at_most: float | None, at_least: float | None
    ) -> None:
        pairs = zip(self.seconds[name], self.seconds[base], strict=True)
        ratios = [theirs / ours if inverse else ours / theirs for ours, theirs in pairs]
        median = statistics.median(ratios)
        goal, is_met = "", None
        if at_most is not None:
            goal, is_met = f"≤ {at_most:g}", median <= at_most
        if at_least is not None:
            goal, is_met = f"≥ {at_least:g}", median >= at_least
        self.ratios.append(Ratio(name, base, median, min(ratios), max(ratios), goal, is_met))

    def check(self, name: str, value: float, at_most: float) -> None:
        """Add a plain number that has a limit."""
        self.facts[name] = {"value": value, "goal": f"≤ {at_most:g}", "is_met": value <= at_most}

    def write(self) -> None:
        """Print the ratios and keep everything in bench/results/<name>.json."""
        print(f"\n{self.what}")
        for ratio in self.ratios:
            print(f"  {ratio.name} : {ratio.base}\n    {ratio}")
        for name, fact in self.facts.items():
            if isinstance(fact, dict) and "goal" in fact:
                verdict = "ĐẠT" if fact["is_met"] else "CHƯA ĐẠT"
                print(f"  {name}: {fact['value']:g}  (mục tiêu {fact['goal']})  {verdict}")
            else:
                print(f"  {name}: {fact}")
        RESULTS.mkdir(exist_ok=True)
        content = {**asdict(self), "measured": circumstances()}
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print(f"→ {path.relative_to(ROOT)}", flush=True)


def circumstances() -> dict[str, Any]:
    """Return what a reader of the numbers must know about the machine and the moment."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _told(["git", "rev-parse", "--short", "HEAD"]),
        "has_local_changes": bool(_told(["git", "status", "--porcelain", "-uno"])),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()],
        "postgresql": os.environ.get("BENCH_POSTGRESQL", ""),
    }


def _told(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
