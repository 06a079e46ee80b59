"""Deploys template.yaml into the local endpoint with `sam deploy`, when it or a function has changed."""

import hashlib
import json
import shutil
import subprocess
import time
from pathlib import Path

import boto3
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse

from expand_http_api import expand
from settings import (
    API_IDENTIFIERS, API_URL, ARCHITECTURE, AWS_URL, KEYS, PAGES_URL, REGION, ROOT, STACK_NAME, STATE, TOKEN_AUDIENCE, TOOLS,
    environment,
)

CODE_BUCKET = "vaxslot-code"
FINGERPRINT = "LocalFingerprint"

EMAIL_SENDER = "no-reply@vaxslot.example"
PARAMETERS = {
    "TokenIssuer": API_URL,
    "TokenAudience": TOKEN_AUDIENCE,
    "Architecture": ARCHITECTURE,
    "ProtectTable": "false",
    "PagesOrigins": PAGES_URL,
    "EmailSender": EMAIL_SENDER,
    # Tests write SNS's log.
    "SmsReceipts": "true",
    # Whoever tries it out sees reminders at any hour.
    "ReminderHour": "0",
    # Tests listen on this machine.
    "LocalWebhooks": "true",
    # Tests send from one address what a city would. One account of a test sends as much as the rule allows, and more.
    "BookingsPerAccount": "600",
    "BookingsPerAddress": "60000",
    "LooksPerAccount": "6000",
    "LooksPerAddress": "60000",
}


class DeployFailed(RuntimeError):
    pass


def deploy(binaries):
    """Brings the local stack up to date with the template and the function binaries, and returns its outputs."""
    template = expand(read_template(), API_IDENTIFIERS, API_URL, lambda binary: STATE / "functions" / binary)
    for function in _function_folders(template):
        _stage(binaries / function.name, function)
    fingerprint = _fingerprint(template)
    template["Outputs"][FINGERPRINT] = {"Value": fingerprint}
    outputs = stack_outputs()
    if outputs.get(FINGERPRINT) != fingerprint:
        _sam_deploy(template)
        outputs = stack_outputs()
    return outputs


def sign_with_local_key(secret):
    """Lets the stack sign with the key that local tools use, too, unless it has one already."""
    secrets = _client("secretsmanager")
    if json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])["keys"]:
        return
    private = (KEYS / "private.pem").read_text()
    kid = json.loads((KEYS / "jwks.json").read_text())["keys"][-1]["kid"]
    key = {"kid": kid, "pem": private, "signs_from": "2020-01-01T00:00:00Z"}
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps({"keys": [key]}))


def prove_sender():
    """Has the endpoint know that the sender of e-mail is ours."""
    _client("ses").verify_email_identity(EmailAddress=EMAIL_SENDER)


def read_template(path="template.yaml"):
    return yaml_parse((ROOT / path).read_text())


def stack_outputs():
    try:
        stack = _client("cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    except ClientError:
        return {}
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _client(service):
    return boto3.client(
        service, endpoint_url=AWS_URL, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test"
    )


def _function_folders(template):
    return [
        Path(resource["Properties"]["CodeUri"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    ]


def _stage(binary, folder):
    """Copies a binary as the function's `bootstrap`, without debugging symbols: a quarter of the time to pack and load."""
    if not binary.exists():
        raise DeployFailed(f"{binary} is missing: build the functions first")
    folder.mkdir(parents=True, exist_ok=True)
    bootstrap = folder / "bootstrap"
    if shutil.which("strip"):
        subprocess.run(["strip", "-o", bootstrap, binary], check=True)
    else:
        shutil.copy2(binary, bootstrap)
    bootstrap.chmod(0o755)


def _fingerprint(template):
    digest = hashlib.sha256(json.dumps([template, PARAMETERS], sort_keys=True).encode())
    for folder in _function_folders(template):
        digest.update((folder / "bootstrap").read_bytes())
    return digest.hexdigest()


def _sam_deploy(template):
    expanded = STATE / "template.json"
    expanded.write_text(json.dumps(template, indent=2))
    _client("s3").create_bucket(Bucket=CODE_BUCKET)
    command = [
        TOOLS / "sam/bin/sam", "deploy", "--template-file", expanded, "--stack-name", STACK_NAME,
        "--s3-bucket", CODE_BUCKET, "--capabilities", "CAPABILITY_IAM", "--region", REGION,
        "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--no-progressbar",
        "--parameter-overrides", *(f"{name}={value}" for name, value in PARAMETERS.items()),
    ]
    log_path = STATE / "deploy.log"
    print("deploying template.yaml to the local endpoint ...", flush=True)
    begun = time.monotonic()
    with open(log_path, "wb") as log:
        done = subprocess.run(
            command, cwd=STATE, stdout=log, stderr=subprocess.STDOUT,
            env=environment(SAM_CLI_TELEMETRY="0", __SAM_CLI_APP_DIR=str(STATE / "sam")),
        )
    if done.returncode != 0:
        raise DeployFailed(f"sam deploy failed; the end of {log_path}:\n" + "\n".join(log_path.read_text().splitlines()[-30:]))
    print(f"deployed in {time.monotonic() - begun:.0f} s", flush=True)
