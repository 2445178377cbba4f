"""Attack for some time: ``python -m fuzzer --seconds 600 --seed 1 --only files,designs``."""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import signal
import sys
import time

from fuzzer.judge import Fault
from fuzzer.replay import ATTACKS, replay

# What is small must neither take long nor much memory.
_LONGEST = 300
_MEMORY = 6 * 2**30


def too_long(*_: object) -> None:
    raise Fault(f"took more than {_LONGEST} s")


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzzer", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--only", default=",".join(ATTACKS))
    parser.add_argument("--most", type=int, default=20, help="findings to print of each attack")
    parser.add_argument("--verbose", action="store_true", help="name each attack before it begins")
    given = parser.parse_args()
    only = given.only.split(",")
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGALRM, too_long)
    print(f"attacks {given.only}; the first seed is {given.seed}", flush=True)
    end = time.monotonic() + given.seconds
    found: dict[str, int] = dict.fromkeys(only, 0)
    runs: dict[str, int] = dict.fromkeys(only, 0)
    for seed, name in ((seed, name) for seed in itertools.count(given.seed) for name in only):
        if time.monotonic() > end:
            break
        if given.verbose:
            print(name, seed, flush=True)
        try:
            signal.alarm(_LONGEST)
            replay(name, seed)
        except Exception as finding:  # noqa: BLE001
            signal.alarm(0)
            found[name] += 1
            if found[name] <= given.most:
                print(f"FOUND {name} {seed}: {type(finding).__name__} {finding}\n", flush=True)
            if "took more" in str(finding):  # an interrupted compilation may have left anything behind
                break
        signal.alarm(0)
        runs[name] += 1
    print("; ".join(f"{name}: {found[name]} findings in {runs[name]} attacks" for name in only))
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
