"""Serves the HTTP functions by `cargo lambda watch`: a change in the source is built and served with the next request.

The endpoint stays the same, with its API, data and tokens; it hands the invocations of these functions on. What the
stream and the queue set off keeps running as it was deployed. A request that comes while a function is being built
waits as long as the function's timeout allows, and fails after that.
"""

import os
import subprocess

import boto3

import processes
import stack
from settings import AWS_URL, REGION, ROOT, STACK_NAME, TOOLS, environment

FUNCTIONS = ("search", "reserve", "admin", "reports", "identity", "subscriptions")
PORT = 9000


def serve():
    variables = function_variables()
    invoke = f"http://127.0.0.1:{PORT}/2015-03-31/functions"
    processes.stop(stack.NAME)
    stack.start(**{f"MINISTACK_LAMBDA_PROXY_{STACK_NAME}-{name}": f"{invoke}/{name}/invocations" for name in FUNCTIONS})
    path = f"{TOOLS}/sam/bin:{environment()['PATH']}"
    command = ["cargo", "lambda", "watch", "--invoke-address", "127.0.0.1", "--invoke-port", str(PORT)]
    print(f"The API with hot reload: {stack.API_URL}\nCtrl-C stops.", flush=True)
    try:
        subprocess.run(command, cwd=ROOT, env=os.environ | environment(**variables, PATH=path))
    except KeyboardInterrupt:
        pass
    finally:
        stack.stop()


def function_variables():
    """The environment of the deployed functions, in one: no two of them use a name for different things."""
    functions = boto3.client(
        "lambda", endpoint_url=AWS_URL, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )
    merged = {}
    for name in FUNCTIONS:
        configuration = functions.get_function_configuration(FunctionName=f"{STACK_NAME}-{name}")
        merged |= configuration["Environment"]["Variables"]
    return merged
