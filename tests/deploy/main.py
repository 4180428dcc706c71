"""Deploys the template on the emulator and does the main job on it."""

import argparse
import os
import signal
import sys
import time
import traceback
from pathlib import Path

import bends
import binaries
import steps_events
import steps_feedback
import steps_main
import steps_operate
import template as templates
from deployment import Deployment, bent, parameters, upload
from emulator import Emulator
from identity import AUDIENCE, Provider
from job import Job

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"
# In their order: the later steps need what the earlier made.
PARTS = [steps_main, steps_feedback, steps_operate, steps_events]


def options():
    parser = argparse.ArgumentParser(prog="tests/deploy/run", description=__doc__)
    parser.add_argument("--profile", default="dev", help="cargo's profile of the binaries")
    parser.add_argument("--no-build", action="store_true", help="take the binaries as they are")
    parser.add_argument("--keep", action="store_true", help="leave the emulator until Ctrl-C")
    return parser.parse_args()


def say(text=""):
    print(text, flush=True)


def one_line(text):
    return " ".join(text.split())


def gaps():
    """What the emulator cannot do, from the page that keeps the list."""
    page = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    untold = [bend.__name__ for bend in bends.ALL if f"`{bend.__name__}`" not in page]
    if untold:
        raise SystemExit(f"tests/deploy/README.md does not tell of {untold}.")
    section = page.split("## What the emulator cannot do", 1)[1].split("\n## ", 1)[0]
    return [one_line(item) for item in section.split("\n- ")[1:]]


def prepare(asked):
    """The functions with their folders, and their binaries as zips."""
    folders = templates.functions(templates.load(TEMPLATE))
    crates = binaries.names(folders)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    folder = target / ("debug" if asked.profile == "dev" else asked.profile)
    if not asked.no_build:
        # `local` beside them keeps the features of dependencies as tests have them.
        folder = binaries.build(ROOT, {*crates.values(), "operate", "local"}, asked.profile)
    zips = binaries.pack_all(folder, crates.values(), target / "deploy" / asked.profile)
    return folders, zips, folder, target / "deploy"


def run_steps(job):
    passed, failed = 0, []
    for step in [step for part in PARTS for step in part.STEPS]:
        title = one_line(step.__doc__)
        begun = time.monotonic()
        try:
            step(job)
            passed += 1
            say(f"pass  {title} ({time.monotonic() - begun:.1f} s)")
        except Exception as error:  # A step that fails does not hide the next one.
            failed.append(title)
            say(f"FAIL  {title}: {one_line(str(error))[:600] or type(error).__name__}")
            job.note(traceback.format_exc())
    return passed, failed


def main():
    asked = options()
    # Whoever ends the test ends the emulator with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folders, zips, folder, logs = prepare(asked)
    crates = binaries.names(folders)
    say(f"Template: {TEMPLATE.relative_to(ROOT)}, {len(crates)} functions ({asked.profile}).")
    say("Bent for the emulator:")
    for bend in bends.ALL:
        say(f"  - {bend.__name__}: {one_line(bend.__doc__)}")
    say("Not tried here, because the emulator cannot:")
    for gap in gaps():
        say(f"  - {gap}")
    with Emulator(logs) as emulator, Provider() as provider:
        begun = time.monotonic()
        deployment = Deployment(emulator)
        upload(emulator, crates, zips)
        template = bent(TEMPLATE, crates, emulator.endpoint)
        try:
            deployment.create(template, parameters(provider, AUDIENCE))
        except Exception as error:
            say(f"FAIL  The template is deployed: {one_line(str(error))[:2000]}")
            say("\n0 passed, 1 failed")
            return 1
        say(f"pass  The template is deployed ({time.monotonic() - begun:.1f} s)")
        job = Job(deployment, provider, folder / "operate", folders, logs)
        passed, failed = run_steps(job)
        job.keep_logs()
        say(f"\n{passed + 1} passed, {len(failed)} failed")
        if failed:
            say(f"Logs: {logs}")
        if asked.keep:
            say(f"The emulator is at {emulator.endpoint}; Ctrl-C ends it.")
            try:
                emulator.process.wait()
            except KeyboardInterrupt:
                pass
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
