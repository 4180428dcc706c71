"""Size, start-up and memory of functions (P10 and P11), each beside a function
that does nothing.

Binaries are built as `sam build` builds them: `cargo lambda build --release`.
A binary is started as Lambda starts it, against a Runtime API and an AWS that
answer at once. *Start* is the CPU time from exec to the first request for work,
the least of several runs; *memory* is what is resident after the first event.
Connections are without TLS, so a function that calls AWS takes a few megabytes
more there.
"""

import argparse
import json
import os
import platform
import subprocess
import time
import zipfile
from pathlib import Path

from runtime_api import RuntimeApi

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
LAMBDA = TARGET / "lambda"
HELLO = "hello"
RUNS = 7
PATIENCE = 10


def functions():
    """Crate → folder of every function."""
    return {path.parent.name: path.parent for path in sorted(ROOT.glob("functions/**/Cargo.toml"))}


def build(crates):
    """As `sam build` does for this machine's architecture."""
    arm = ["--arm64"] if platform.machine() in ("aarch64", "arm64") else ["--x86-64"]
    base = ["cargo", "lambda", "build", "--release", "--locked", *arm]
    named = [part for crate in crates for part in ("--package", crate)]
    for command in ([*base, "--package", "lambda", "--example", HELLO], [*base, *named]):
        subprocess.run(command, cwd=ROOT, check=True)


def binary(crate):
    found = [LAMBDA / crate / "bootstrap", LAMBDA / "examples" / crate / "bootstrap"]
    return next(path for path in found if path.exists())


def zipped(path):
    """Bytes of the zip that is uploaded."""
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.write(path, "bootstrap")
    return packed.stat().st_size


class Api(RuntimeApi):
    """With an AWS that has nothing in it."""

    def otherwise(self, path, body):
        return b'{"Items":[],"Count":0,"ScannedCount":0}'


def environment(api):
    """Every setting that any function reads."""
    table = (ROOT / "infra" / "configuration.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    settings = {name: f"http://{api.address}/0/{name}" for name in rows}
    numbers = [name for name in rows if name.endswith(("WORKERS", "RATE", "SECONDS"))]
    return {
        **settings,
        **{name: "24" for name in numbers},
        "SECRET": "0" * 32,
        "EMAIL_FROM": "office@school.example",
        "TABLE_NAME": "Table",
        "LOG_LEVEL": "error",
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_ENDPOINT_URL": f"http://{api.address}",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }


def cpu_ms(process):
    """CPU time of all its threads, from the scheduler's own count."""
    threads = Path(f"/proc/{process}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e6


def resident_mb(process):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def once(path, event):
    api = Api()
    process = subprocess.Popen([path], env=environment(api), stdout=subprocess.DEVNULL)
    try:
        # The first request for work is the end of the start; the event waits until
        # the start was measured.
        if not api.asked.acquire(timeout=PATIENCE):
            raise SystemExit(f"{path} does not ask for work")
        started = cpu_ms(process.pid)
        api.give(event)
        if not api.answered(PATIENCE):
            raise SystemExit(f"{path} does not answer")
        time.sleep(0.05)
        return started, resident_mb(process.pid)
    finally:
        process.kill()
        process.wait()
        api.stop()


def measured(crate, event):
    path = binary(crate)
    runs = [once(path, event) for _ in range(RUNS)]
    return {
        "function": crate,
        "binary_mb": path.stat().st_size / 1e6,
        "zip_mb": zipped(path) / 1e6,
        "start_ms": min(started for started, _ in runs),
        "memory_mb": min(memory for _, memory in runs),
    }


def options():
    parser = argparse.ArgumentParser(prog="tests/start/run", description=__doc__)
    parser.add_argument("functions", nargs="*", help="which; without any, all of them")
    parser.add_argument("--no-build", action="store_true", help="take what was built before")
    return parser.parse_args()


def main():
    asked = options()
    crates = asked.functions or list(functions())
    if not asked.no_build:
        build(crates)
    rows = [measured(HELLO, b"{}")]
    for crate in crates:
        rows.append(measured(crate, (ROOT / "events" / f"{crate}.json").read_bytes()))
    hello = rows[0]["start_ms"]
    print(f"{platform.machine()}, the least of {RUNS} runs; goals: start ≤ 2.0, 12 MB, 3 MB")
    print(f"{'function':<20} {'start CPU':>10} {'ratio':>6} {'memory':>8} {'binary':>8} {'zip':>8}")
    for row in rows:
        row["ratio"] = row["start_ms"] / hello
        print(
            f"{row['function']:<20} {row['start_ms']:>7.2f} ms {row['ratio']:>6.2f} "
            f"{row['memory_mb']:>5.1f} MB {row['binary_mb']:>5.1f} MB {row['zip_mb']:>5.2f} MB"
        )
    out = TARGET / "start.json"
    out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(f"Written to {out}.")


if __name__ == "__main__":
    main()
