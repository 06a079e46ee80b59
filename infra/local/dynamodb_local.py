"""DynamoDB Local, for the tests of the storage adapter.

    dynamodb_local.py start        prints its address
    dynamodb_local.py stop
    dynamodb_local.py run COMMAND  runs COMMAND with DYNAMODB_LOCAL_URL set, and stops it afterwards
"""

import os
import subprocess
import sys
import urllib.error
import urllib.request

import processes
from settings import DYNAMODB_PORT, TOOLS, environment

NAME = "dynamodb"
URL = f"http://127.0.0.1:{DYNAMODB_PORT}"


def start():
    if processes.is_running(NAME):
        return
    folder = TOOLS / "dynamodb"
    command = [
        "java", "-Xmx1g", f"-Djava.library.path={folder}/DynamoDBLocal_lib", "-jar", f"{folder}/DynamoDBLocal.jar",
        "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(DYNAMODB_PORT),
    ]
    processes.start(NAME, command, ports=[DYNAMODB_PORT], ready=_answers, environment=environment(), directory=folder)


def run(command):
    ours = not processes.is_running(NAME)
    start()
    try:
        return subprocess.run(command, env=os.environ | {"DYNAMODB_LOCAL_URL": URL}).returncode
    finally:
        if ours:
            processes.stop(NAME)


def _answers():
    try:
        urllib.request.urlopen(URL, timeout=1)
    except urllib.error.HTTPError:
        return True  # It refuses a request that is not signed: it is there.
    except OSError:
        return False
    return True


def main(arguments):
    match arguments:
        case ["start"]:
            start()
            print(URL)
        case ["stop"]:
            processes.stop(NAME)
        case ["run", *command] if command:
            return run(command)
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
