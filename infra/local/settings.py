"""Where the local stack lives: folders inside the clone, ports on 127.0.0.1, and the environment its processes get."""

import os
import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
# Tests keep a stack of their own beside the one of `make run`.
STATE = ROOT / os.environ.get("LOCAL_STATE", ".local")
KEYS = STATE / "keys"
STACK_FILE = STATE / "stack.json"

STACK_NAME = "vaxslot"
TOKEN_AUDIENCE = "vaxslot"
REGION = "us-east-1"
# Any eight hexadecimal digits: the form the endpoint expects of an API's id.
API_IDENTIFIERS = {"Api": "5107c0de", "Issuer": "155e0c0d"}

# The AWS endpoint, the API deployed in it, DynamoDB Local for tests, and the pages.
AWS_PORT = int(os.environ.get("PORT", "4566"))
API_PORT = int(os.environ.get("API_PORT", AWS_PORT + 1))
DYNAMODB_PORT = int(os.environ.get("DYNAMODB_PORT", AWS_PORT + 2))
PAGES_PORT = int(os.environ.get("PAGES_PORT", AWS_PORT + 3))

AWS_URL = f"http://127.0.0.1:{AWS_PORT}"
API_URL = f"http://127.0.0.1:{API_PORT}"
PAGES_URL = f"http://127.0.0.1:{PAGES_PORT}"

ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")


def environment(**additions):
    """A small environment: nothing of the user's AWS configuration reaches the local stack, nor the other way round."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TERM") if name in os.environ}
    temporary = STATE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return kept | {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": AWS_URL,
        "TMPDIR": str(temporary),
    } | additions
