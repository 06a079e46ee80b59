"""Promises of template.yaml that no linter knows."""

import unittest

from deploy import read_template
from permissions import granted, unused

TEMPLATE = read_template()


def of_type(kind):
    return {name: item for name, item in TEMPLATE["Resources"].items() if item["Type"] == kind}


def statements():
    for role, resource in of_type("AWS::IAM::Role").items():
        for policy in resource["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role, statement


def as_list(value):
    return value if isinstance(value, list) else [value]


class Permissions(unittest.TestCase):
    def test_every_function_has_a_role_of_its_own_and_no_managed_policy(self):
        roles = [function["Properties"]["Role"]["Fn::GetAtt"][0] for function in of_type("AWS::Serverless::Function").values()]
        self.assertEqual(sorted(roles), sorted(of_type("AWS::IAM::Role")))
        for role in of_type("AWS::IAM::Role").values():
            self.assertNotIn("ManagedPolicyArns", role["Properties"])

    def test_no_action_is_a_wildcard(self):
        for role, statement in statements():
            for action in as_list(statement["Action"]):
                self.assertNotIn("*", action, role)

    def test_no_resource_is_a_wildcard(self):
        for role, statement in statements():
            if "NotResource" in statement:
                continue
            for resource in as_list(statement["Resource"]):
                self.assertNotIn("*", str(resource), role)

    def test_only_text_messages_go_without_a_resource(self):
        without = [(role, statement["Action"]) for role, statement in statements() if "NotResource" in statement]
        self.assertEqual(without, [("NotifierRole", "sns:Publish")])


class Safety(unittest.TestCase):
    def test_the_table_survives_the_stack(self):
        table = of_type("AWS::DynamoDB::Table")["Table"]
        self.assertEqual((table["DeletionPolicy"], table["UpdateReplacePolicy"]), ("Retain", "Retain"))
        self.assertTrue(table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(table["Properties"]["SSESpecification"]["SSEEnabled"])

    def test_every_queue_and_topic_is_encrypted(self):
        for name, queue in of_type("AWS::SQS::Queue").items():
            self.assertTrue(queue["Properties"].get("SqsManagedSseEnabled"), name)
        for name, topic in of_type("AWS::SNS::Topic").items():
            self.assertIn("KmsMasterKeyId", topic["Properties"], name)

    def test_every_log_group_forgets(self):
        for name, group in of_type("AWS::Logs::LogGroup").items():
            self.assertIn("RetentionInDays", group["Properties"], name)

    def test_the_access_log_names_no_person(self):
        log_format = TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"]
        for field in ("path", "sourceIp", "userAgent", "authorizer", "header"):
            self.assertNotIn(field, log_format)


class Triggers(unittest.TestCase):
    def test_a_message_stays_invisible_for_six_runs_of_its_function(self):
        for name, function in of_type("AWS::Serverless::Function").items():
            for event in function["Properties"].get("Events", {}).values():
                if event["Type"] == "SQS":
                    queue_name = event["Properties"]["Queue"]["Fn::GetAtt"][0]
                    queue = TEMPLATE["Resources"][queue_name]["Properties"]
                    self.assertGreaterEqual(queue["VisibilityTimeout"], 6 * function["Properties"]["Timeout"], name)
                    if queue_name != "ReservationsDead":
                        self.assertIn("RedrivePolicy", queue, name)

    def test_failed_records_of_a_stream_are_kept(self):
        for name, function in of_type("AWS::Serverless::Function").items():
            for event in function["Properties"].get("Events", {}).values():
                if event["Type"] == "DynamoDB":
                    self.assertIn("OnFailure", event["Properties"]["DestinationConfig"], name)
                    self.assertLess(event["Properties"]["MaximumRetryAttempts"], 100, name)

    def test_every_trigger_reports_single_failures(self):
        for name, function in of_type("AWS::Serverless::Function").items():
            for event in function["Properties"].get("Events", {}).values():
                if event["Type"] in ("SQS", "DynamoDB"):
                    self.assertEqual(event["Properties"]["FunctionResponseTypes"], ["ReportBatchItemFailures"], name)


class UsedPermissions(unittest.TestCase):
    def test_a_permission_nobody_used_is_named(self):
        everything = set(granted(TEMPLATE, "vaxslot"))
        self.assertIn(("vaxslot-search", "dynamodb:Query", "by_district"), everything)
        self.assertEqual(unused(TEMPLATE, "vaxslot", everything), [])
        one = ("vaxslot-reserve", "dynamodb:UpdateItem", "-")
        self.assertEqual(unused(TEMPLATE, "vaxslot", everything - {one}), [one])


if __name__ == "__main__":
    unittest.main()
