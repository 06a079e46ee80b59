"""The local stack: the AWS endpoint with template.yaml deployed in it.

    stack.py up       starts the endpoint, deploys what has changed, writes stack.json
    stack.py watch    up, then serves the HTTP functions from the source tree, rebuilt on every change
    stack.py wait     serves until Ctrl-C, then stops
    stack.py stop     stops; what is stored stays for the next start
    stack.py status
"""

import argparse
import json
import shutil
import signal
import sys
import time
import urllib.request
from importlib.metadata import version
from pathlib import Path

import processes
from settings import (
    API_PORT, API_URL, AWS_PORT, AWS_URL, KEYS, PAGES_PORT, PAGES_URL, REGION, ROOT, STACK_FILE, STATE, TOKEN_AUDIENCE, environment,
)

NAME = "endpoint"
PAGES = "pages"
# What one version of the endpoint has stored, another need not understand; and it holds addresses with the port.
SAVED = STATE / f"state-{version('ministack')}-{AWS_PORT}"


def up(binaries):
    import deploy  # Takes half a second to load, which `stop` and `status` need not spend.

    kept = SAVED.exists() or processes.is_running(NAME)
    start()
    try:
        outputs = deploy.deploy(binaries)
    except deploy.DeployFailed as failure:
        if not kept:
            raise
        print(f"{failure}\nstarting again with an empty stack ...", flush=True)
        processes.stop(NAME)
        shutil.rmtree(SAVED, ignore_errors=True)
        start()
        outputs = deploy.deploy(binaries)
    deploy.sign_with_local_key(outputs["SigningKeysSecret"])
    deploy.prove_sender()
    publish_keys()
    serve_pages()
    write_stack_file(outputs)


def publish_keys():
    """The function for identity publishes its keys when it is first asked."""
    with urllib.request.urlopen(f"{API_URL}/.well-known/jwks.json", timeout=30) as answer:
        if not json.load(answer)["keys"]:
            raise RuntimeError("the function for identity has published no key")


def start(**additions):
    if processes.is_running(NAME):
        return
    processes.start(
        NAME, [sys.executable, Path(__file__).with_name("endpoint.py")], ports=[AWS_PORT, API_PORT], ready=lambda: _answers(f"{AWS_URL}/_ministack/ready"),
        environment=environment(
            GATEWAY_PORT=str(AWS_PORT), PORT=str(AWS_PORT), API_PORT=str(API_PORT), LOCAL_STATE=str(STATE),
            # Every call of a function is checked against its role.
            AUTH="true",
            # At INFO the endpoint writes the phone number and text of every message into its log.
            LOG_LEVEL="WARNING",
            PERSIST_STATE="1", STATE_DIR=str(SAVED),
            IOT_MTLS_ENABLED="0", SFTP_ENABLED="0",
            **additions,
        ),
    )


def serve_pages():
    """Anew each time: their headers may have changed. The files are read as they are asked for."""
    processes.stop(PAGES)
    processes.start(
        PAGES, [sys.executable, Path(__file__).with_name("pages.py")], ports=[PAGES_PORT], ready=lambda: _answers(f"{PAGES_URL}/config.json"),
        environment=environment(
            PORT=str(AWS_PORT), API_PORT=str(API_PORT), PAGES_PORT=str(PAGES_PORT), LOCAL_STATE=str(STATE), PYTHONDONTWRITEBYTECODE="1",
        ),
    )


def stop():
    processes.stop(PAGES)
    processes.stop(NAME)


def write_stack_file(outputs):
    """Keeps what others have written into the file, such as tokens."""
    known = json.loads(STACK_FILE.read_text()) if STACK_FILE.exists() else {}
    known |= {
        "api": API_URL,
        "pages": PAGES_URL,
        "endpoint": AWS_URL,
        "region": REGION,
        "table": outputs["TableName"],
        "events_topic": outputs["EventsTopicArn"],
        "availability_topic": outputs["AvailabilityTopicArn"],
        "channel_topic": outputs["ChannelTopicArn"],
        "notifications_queue": outputs["NotificationsQueueUrl"],
        "receipts_queue": outputs["ReceiptsQueueUrl"],
        "keys": str(KEYS),
        "signing_keys": outputs["SigningKeysSecret"],
        "seal_secret": outputs["SealSecret"],
        "issuer": API_URL,
        "audience": TOKEN_AUDIENCE,
    }
    STACK_FILE.write_text(json.dumps(known, indent=2) + "\n")


def wait():
    """Blocks until Ctrl-C or until somebody else stops the stack."""
    print("Serving; Ctrl-C stops.", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while processes.is_running(NAME):
            time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nstopping ...", flush=True)
        stop()


def status():
    running = processes.is_running(NAME)
    print(f"{'serving' if running else 'not running'}: {API_URL} (AWS endpoint {AWS_URL})")
    return 0 if running else 1


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["up", "watch", "wait", "stop", "status"])
    parser.add_argument("--binaries", type=Path, default=ROOT / "target/debug")
    arguments = parser.parse_args()
    try:
        match arguments.action:
            case "up":
                up(arguments.binaries)
            case "watch":
                import watch

                up(arguments.binaries)
                watch.serve()
            case "wait":
                wait()
            case "stop":
                stop()
            case "status":
                return status()
    except RuntimeError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
