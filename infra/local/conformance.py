"""Compares the deployed API with openapi.json: no server error, and no answer that the description does not have.

    conformance.py [options of `schemathesis run`]
"""

import json
import os
import subprocess
import sys

from settings import ROOT, STACK_FILE, TOOLS

LOCAL = ROOT / "infra/local"


def token(role):
    made = subprocess.run(
        [ROOT / "target/debug/vaxslot", "token", "--stack", STACK_FILE, "--role", role],
        stdout=subprocess.PIPE, text=True, check=True,
    )
    return made.stdout.strip()


def main(options):
    stack = json.loads(STACK_FILE.read_text())
    tokens = {f"TOKEN_{role.upper()}": token(role) for role in ("citizen", "admin")}
    command = [
        TOOLS / "schemathesis/bin/schemathesis", "--config-file", LOCAL / "schemathesis.toml", "run",
        ROOT / "openapi.json", "--url", stack["api"], "--no-color", *options,
    ]
    # What it finds is printed by it; it keeps its own notes out of the clone.
    return subprocess.run(command, cwd=STACK_FILE.parent, env=os.environ | tokens | {"PYTHONPATH": str(LOCAL)}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
