"""Least privilege, checked from both sides on the local stack.

The endpoint evaluates every function's role for every call, so a missing permission fails. `record_used` notes each
permission that was needed, and `unused` names those of the template that never were.

    permissions.py    prints the unused permissions of the deployed stack; fails if there are any
"""

import json
import sys

from settings import STATE

USED_FILE = STATE / "permissions-used.txt"
# Asked for by the Lambda service on the function's behalf, not by the function.
OF_THE_SERVICE = {
    "logs:CreateLogStream", "logs:PutLogEvents",
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage",
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
}


def record_used():
    """Runs inside the endpoint: wraps its evaluation of policies."""
    from ministack.core import iam_evaluator

    evaluate, seen = iam_evaluator.evaluate, set()

    def evaluate_and_record(context, *policies):
        result = evaluate(context, *policies)
        # An assumed role's session is named after the function: .../assumed-role/<role>/<function>
        used = (context.principal_arn.rsplit("/", 1)[-1], context.action, index_of(context.resource_arn))
        if result.decision == "Allow" and used not in seen:
            seen.add(used)
            with open(USED_FILE, "a") as file:
                file.write(" ".join(used) + "\n")
        return result

    iam_evaluator.evaluate = evaluate_and_record


def index_of(resource):
    """The part of a resource that tells two permissions for one action apart: the index of a table, or `-`."""
    return str(resource).rpartition("/index/")[2].rstrip("'}\"") if "/index/" in str(resource) else "-"


def granted(template, stack_name):
    """Yields (function, action, index) for every permission the template gives a function."""
    resources = template["Resources"]
    for function in resources.values():
        if function["Type"] != "AWS::Serverless::Function":
            continue
        name = function["Properties"]["FunctionName"]["Fn::Sub"].replace("${AWS::StackName}", stack_name)
        role = resources[function["Properties"]["Role"]["Fn::GetAtt"][0]]
        for policy in role["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                for action in _as_list(statement["Action"]):
                    for resource in _as_list(statement.get("Resource", "-")):
                        yield name, action, index_of(resource)


def unused(template, stack_name, used):
    return sorted(
        permission for permission in set(granted(template, stack_name)) - used if permission[1] not in OF_THE_SERVICE
    )


def _as_list(value):
    return value if isinstance(value, list) else [value]


def main():
    from settings import STACK_NAME

    template = json.loads((STATE / "template.json").read_text())
    used = {tuple(line.split()) for line in USED_FILE.read_text().splitlines()}
    left_over = unused(template, STACK_NAME, used)
    for permission in left_over:
        print("never used:", *permission)
    return 1 if left_over else 0


if __name__ == "__main__":
    sys.exit(main())
