"""The local stack: the AWS endpoint with template.yaml deployed in it.

    stack.py up [--binaries FOLDER]   starts the endpoint and deploys; writes .local/stack.json
    stack.py wait                     serves until Ctrl-C, then stops
    stack.py stop                     stops; what is stored stays for the next start
    stack.py status
"""

import argparse
import json
import signal
import sys
import urllib.request
from pathlib import Path

import processes
from settings import API_URL, AWS_PORT, AWS_URL, API_PORT, REGION, ROOT, STACK_FILE, STATE, environment

NAME = "endpoint"


def up(binaries):
    import deploy  # Takes half a second to load, which `stop` and `status` need not spend.

    start()
    outputs = deploy.deploy(binaries)
    write_stack_file(outputs)


def start():
    if processes.is_running(NAME):
        return
    here = Path(__file__).resolve().parent
    processes.start(
        NAME, [sys.executable, here / "endpoint.py"], ready=_answers,
        environment=environment(
            GATEWAY_PORT=str(AWS_PORT), PORT=str(AWS_PORT), API_PORT=str(API_PORT), BIND_HOST="127.0.0.1",
            # At INFO the endpoint writes the phone number and text of every message into its log.
            LOG_LEVEL="WARNING", AUTH="true",
            PERSIST_STATE="1", STATE_DIR=str(STATE / "state"), S3_PERSIST="0",
            IOT_MTLS_ENABLED="0", SFTP_ENABLED="0",
        ),
    )


def write_stack_file(outputs):
    """Keeps what others have written into the file, such as tokens."""
    known = json.loads(STACK_FILE.read_text()) if STACK_FILE.exists() else {}
    known |= {
        "api": API_URL,
        "pages": API_URL,
        "endpoint": AWS_URL,
        "region": REGION,
        "table": outputs["TableName"],
        "events_topic": outputs["EventsTopicArn"],
        "notifications_queue": outputs["NotificationsQueueUrl"],
    }
    STACK_FILE.write_text(json.dumps(known, indent=2) + "\n")


def wait():
    """Blocks until Ctrl-C or `make stop` from elsewhere."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while processes.is_running(NAME):
            signal.sigtimedwait([], 1)
    except KeyboardInterrupt:
        print("\nstopping ...", flush=True)
        processes.stop(NAME)


def status():
    running = processes.is_running(NAME)
    print(f"{'serving' if running else 'not running'}: {API_URL} (AWS endpoint {AWS_URL})")
    return 0 if running else 1


def _answers():
    try:
        with urllib.request.urlopen(f"{AWS_URL}/_ministack/ready", timeout=1) as answer:
            return answer.status == 200
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["up", "wait", "stop", "status"])
    parser.add_argument("--binaries", type=Path, default=ROOT / "target/debug")
    arguments = parser.parse_args()
    try:
        match arguments.action:
            case "up":
                up(arguments.binaries)
            case "wait":
                wait()
            case "stop":
                processes.stop(NAME)
            case "status":
                return status()
    except RuntimeError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
