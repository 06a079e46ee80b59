"""The local AWS endpoint, with the deployed API on a port of its own.

The endpoint tells an API call from an AWS call by its host name, `<api>.execute-api.localhost`, which many machines
cannot resolve. Requests that arrive on the API's port get that name here, so that the API has a plain address.
"""

import asyncio
import json
import os
import resource
import signal
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app as aws
from ministack.core import iam_actions
from ministack.services import apigateway, dynamodb, lambda_svc

import permissions
import signatures
from settings import API_IDENTIFIERS, API_PORT, AWS_PORT, AWS_URL

API_HOST = f"{API_IDENTIFIERS['Api']}.execute-api.localhost".encode()
DRAIN_SECONDS = 20


SIGNER = signatures.Signer(AWS_URL)


async def app(scope, receive, send):
    if scope["type"] == "http" and scope["path"] == signatures.PATH:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/x-pem-file")]})
        await send({"type": "http.response.body", "body": SIGNER.certificate.encode()})
        return
    if scope["type"] == "http" and scope["server"][1] == API_PORT:
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope = {**scope, "headers": [(b"host", API_HOST), *headers]}
    await aws(scope, receive, send)


def forget_stream_positions():
    """The endpoint keeps how far each stream was read but not the stream: after a restart it would wait for as many new
    changes as there were old ones before it told anybody."""
    saved = Path(os.environ["STATE_DIR"]) / "lambda.json"
    if saved.exists():
        state = json.loads(saved.read_text())
        state["payload"]["dynamodb_stream_positions"] = {}
        saved.write_text(json.dumps(state))


def has_unread_changes():
    for (account, region, mapping), position in list(lambda_svc._dynamodb_stream_positions._data.items()):
        source = (lambda_svc._esms.get_scoped(account, region, mapping) or {}).get("EventSourceArn")
        if source and dynamodb.stream_end_position(source.split("/")[1], account_id=account, region=region) > position:
            return True
    return False


def ask_for_senders():
    """AWS asks whether a function may send e-mail as who it says; the endpoint asks whether it may send any."""
    resource_of = iam_actions._ses_v2_resource_arn

    def sender_of(method, path, body, region, account_id):
        if path.rstrip("/") != "/v2/email/outbound-emails":
            return resource_of(method, path, body, region, account_id)
        sender = json.loads(body).get("FromEmailAddress")
        return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"

    iam_actions._ses_v2_resource_arn = sender_of


def ask_for_batches():
    """AWS asks of who sends a batch what it asks of who sends a message; the endpoint asks for permissions that there are not."""
    action_of = iam_actions.extract_iam_action

    def of_one(*arguments):
        action = action_of(*arguments)
        return {"sns:PublishBatch": "sns:Publish", "sqs:SendMessageBatch": "sqs:SendMessage"}.get(action, action)

    iam_actions.extract_iam_action = of_one


def refuse_odd_tokens():
    """The endpoint breaks down at claims of a type that it does not expect; a gateway refuses them."""
    validate = apigateway._validate_jwt_authorizer

    async def validate_or_refuse(*arguments):
        try:
            return await validate(*arguments)
        except (AttributeError, TypeError, ValueError):
            return None, None, apigateway._jwt_unauthorized()

    apigateway._validate_jwt_authorizer = validate_or_refuse


async def shutdown_trigger():
    """Returns when the endpoint was asked to end and the functions have seen every change: unread ones are not kept."""
    asked = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    await asked.wait()
    for _ in range(DRAIN_SECONDS * 10):
        if not has_unread_changes():
            return
        await asyncio.sleep(0.1)


def main():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    forget_stream_positions()
    permissions.record_used()
    ask_for_senders()
    ask_for_batches()
    refuse_odd_tokens()
    signatures.sign_deliveries(SIGNER)
    config = Config()
    config.bind = [f"127.0.0.1:{AWS_PORT}", f"127.0.0.1:{API_PORT}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    asyncio.run(serve(app, config, shutdown_trigger=shutdown_trigger))


if __name__ == "__main__":
    main()
