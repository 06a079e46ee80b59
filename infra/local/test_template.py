"""Promises of template.yaml that no linter knows."""

import copy
import json
import unittest
from unittest import mock

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

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


# SNS knows no resource for these (Service Authorization Reference, "Actions defined by Amazon SNS").
OF_SUBSCRIPTIONS = {"sns:GetSubscriptionAttributes", "sns:Unsubscribe"}


class Permissions(unittest.TestCase):
    def test_every_function_has_a_role_of_its_own_and_no_managed_policy(self):
        roles = [function["Properties"]["Role"]["Fn::GetAtt"][0] for function in of_type("AWS::Serverless::Function").values()]
        # One is SNS's.
        self.assertEqual(sorted([*roles, "SmsReceiptsRole"]), sorted(of_type("AWS::IAM::Role")))
        for role in of_type("AWS::IAM::Role").values():
            self.assertNotIn("ManagedPolicyArns", role["Properties"])

    def test_no_action_is_a_wildcard(self):
        for role, statement in statements():
            for action in as_list(statement["Action"]):
                self.assertNotIn("*", action, role)

    def test_no_resource_is_a_wildcard(self):
        for role, statement in statements():
            if "NotResource" in statement or set(as_list(statement["Action"])) <= OF_SUBSCRIPTIONS:
                continue
            for resource in as_list(statement["Resource"]):
                self.assertNotIn("*", str(resource), role)

    def test_only_who_ends_subscriptions_may_end_any(self):
        roles = {role for role, statement in statements() if OF_SUBSCRIPTIONS & set(as_list(statement["Action"]))}
        self.assertEqual(roles, {"IdentityRole", "SubscriptionsRole"})

    def test_only_text_messages_go_without_a_resource(self):
        without = [(role, statement["Action"]) for role, statement in statements() if "NotResource" in statement]
        self.assertEqual(without, [("IdentityRole", "sns:Publish"), ("NotifierRole", "sns:Publish")])


    def test_a_function_that_everybody_may_call_reads_only(self):
        used = {action for role, statement in statements() if role == "SearchRole" for action in as_list(statement["Action"])}
        self.assertEqual(used, {"logs:CreateLogStream", "logs:PutLogEvents", "dynamodb:GetItem", "dynamodb:Query"})

    def test_reports_write_nothing_but_buckets(self):
        writes = {"dynamodb:UpdateItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
        for role, statement in statements():
            if role == "ReportsRole" and writes & set(as_list(statement["Action"])):
                self.assertEqual(statement["Action"], "dynamodb:UpdateItem")
                self.assertEqual(statement.get("Condition"), {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["BUCKET#*"]}})


    def test_receipts_touch_marks_and_what_leads_to_them_alone(self):
        allowed = {"dynamodb:GetItem": "DELIVERY#*", "dynamodb:UpdateItem": "SENT#*"}
        for role, statement in statements():
            if role == "ReceiptsRole" and "dynamodb" in str(statement["Action"]):
                rows = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [allowed[statement["Action"]]]}}
                self.assertEqual(statement.get("Condition"), rows)


PUBLIC = {("Api", None), ("Api", "/v1/auth/{proxy+}"), ("Api", "/.well-known/{proxy+}"), ("Issuer", "/.well-known/{proxy+}")}
OF_STAFF = {"/v1/admin/{proxy+}", "/v1/reports", "/v1/reports/{proxy+}"}


def routes():
    """Path, method and authorizer of every route of the API; no path is the route that takes the rest."""
    for function in of_type("AWS::Serverless::Function").values():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi" and event["Properties"]["ApiId"]["Ref"] == "Api":
                route = event["Properties"]
                yield route.get("Path"), route.get("Method"), route["Auth"]["Authorizer"]


class Routes(unittest.TestCase):
    def test_every_route_that_is_not_public_has_an_authorizer(self):
        authorizers = TEMPLATE["Resources"]["Api"]["Properties"]["Auth"]
        self.assertEqual(authorizers["DefaultAuthorizer"], "Citizens")
        public = set()
        for name, function in of_type("AWS::Serverless::Function").items():
            for event in function["Properties"].get("Events", {}).values():
                if event["Type"] != "HttpApi":
                    continue
                route = event["Properties"]
                if route.get("Method") == "OPTIONS":
                    continue
                api, path = route["ApiId"]["Ref"], route.get("Path")
                authorizer = route.get("Auth", {}).get("Authorizer")
                if api == "Issuer" or authorizer == "NONE":
                    public.add((api, path))
                else:
                    self.assertEqual(authorizer, "Staff" if path in OF_STAFF else "Citizens", (name, path))
        self.assertEqual(public, PUBLIC)

    def test_pages_may_ask_at_every_route_without_a_token(self):
        """A browser asks before it sends a request with a token, and sends none with its question. ANY would want one."""
        guarded, asked = set(), set()
        for path, method, authorizer in routes():
            if method == "OPTIONS":
                self.assertEqual(authorizer, "NONE", path)
                asked.add(path)
            elif authorizer != "NONE":
                guarded.add(path)
        self.assertEqual(asked, guarded)

    def test_pages_of_named_origins_alone_may_ask(self):
        cors = TEMPLATE["Resources"]["Api"]["Properties"]["CorsConfiguration"]
        self.assertEqual(cors["AllowOrigins"], {"Ref": "PagesOrigins"})
        self.assertEqual(TEMPLATE["Parameters"]["PagesOrigins"]["Type"], "CommaDelimitedList")
        self.assertTrue(TEMPLATE["Parameters"]["PagesOrigins"]["Default"].endswith(".invalid"))
        self.assertNotIn("AllowCredentials", cors)
        self.assertNotIn("*", str(cors))

    def test_every_route_has_a_throttle_of_its_own(self):
        api = TEMPLATE["Resources"]["Api"]["Properties"]
        self.assertEqual(set(api["DefaultRouteSettings"]), {"ThrottlingRateLimit", "ThrottlingBurstLimit"})
        for settings in api["RouteSettings"].values():
            self.assertEqual(set(settings), {"ThrottlingRateLimit", "ThrottlingBurstLimit"})
        keys = {f"{method} {path}" for path, method, _ in routes() if method != "OPTIONS" and path}
        self.assertEqual(set(api["RouteSettings"]), keys)

    def test_the_gateway_finds_the_issuer_before_it_is_made(self):
        template = copy.deepcopy(TEMPLATE)
        template["Globals"]["Function"].pop("CodeUri")
        for function in template["Resources"].values():
            if function["Type"] == "AWS::Serverless::Function":
                function["Properties"]["CodeUri"] = "s3://bucket/key"
        with mock.patch.dict("os.environ", AWS_DEFAULT_REGION="us-east-1"):
            translated = Translator({}, Parser()).translate(template, {"Architecture": "arm64"})["Resources"]
        needed = translated["Api"]["DependsOn"]
        self.assertEqual(
            sorted(translated[name]["Type"] for name in needed), ["AWS::ApiGatewayV2::Stage", "AWS::Lambda::Permission"]
        )


class Safety(unittest.TestCase):
    def test_the_table_survives_the_stack(self):
        table = of_type("AWS::DynamoDB::Table")["Table"]
        self.assertEqual((table["DeletionPolicy"], table["UpdateReplacePolicy"]), ("Retain", "Retain"))
        self.assertTrue(table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"])
        self.assertTrue(table["Properties"]["SSESpecification"]["SSEEnabled"])

    def test_no_key_is_granted_to_strangers(self):
        for name, key in of_type("AWS::KMS::Key").items():
            for statement in key["Properties"]["KeyPolicy"]["Statement"]:
                if statement["Principal"] == {"AWS": "*"}:
                    only = statement["Condition"]["StringEquals"]
                    self.assertEqual(only["kms:CallerAccount"], {"Ref": "AWS::AccountId"}, name)
                    self.assertIn("kms:ViaService", only, name)
                    self.assertFalse([action for action in statement["Action"] if "*" in action], name)

    def test_what_may_tell_of_people_is_encrypted_by_a_key_that_outlives_the_stack(self):
        (name, key), = of_type("AWS::KMS::Key").items()
        self.assertEqual((key["DeletionPolicy"], key["UpdateReplacePolicy"]), ("Retain", "Retain"))
        self.assertTrue(key["Properties"]["EnableKeyRotation"])
        arn = {"Fn::GetAtt": [name, "Arn"]}
        self.assertEqual(of_type("AWS::DynamoDB::Table")["Table"]["Properties"]["SSESpecification"]["KMSMasterKeyId"], arn)
        self.assertEqual(TEMPLATE["Globals"]["Function"]["KmsKeyArn"], arn)
        for kind in ("AWS::Logs::LogGroup", "AWS::SecretsManager::Secret"):
            for name, resource in of_type(kind).items():
                self.assertEqual(resource["Properties"].get("KmsKeyId"), arn, name)

    def test_the_table_is_protected_unless_the_deployer_says_otherwise(self):
        self.assertEqual(of_type("AWS::DynamoDB::Table")["Table"]["Properties"]["DeletionProtectionEnabled"], {"Ref": "ProtectTable"})
        self.assertEqual(TEMPLATE["Parameters"]["ProtectTable"]["Default"], "true")

    def test_nothing_for_tests_or_examples_is_there_unless_asked_for(self):
        for name in ("LocalWebhooks", "ExampleConsumer", "SmsReceipts"):
            self.assertEqual(TEMPLATE["Parameters"][name]["Default"], "false", name)
        examples = {name: resource.get("Condition") for name, resource in TEMPLATE["Resources"].items() if name.startswith("ExampleConsumer")}
        self.assertEqual(set(examples.values()), {"HasExampleConsumer"}, examples)

    def test_every_queue_and_topic_is_encrypted(self):
        for name, queue in of_type("AWS::SQS::Queue").items():
            self.assertTrue(queue["Properties"].get("SqsManagedSseEnabled"), name)
        for name, topic in of_type("AWS::SNS::Topic").items():
            self.assertIn("KmsMasterKeyId", topic["Properties"], name)

    def test_what_a_scanner_passes_over_is_given_a_reason(self):
        for path in ("template.yaml", "infra/edge/template.yaml"):
            for name, resource in read_template(path)["Resources"].items():
                for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
                    self.assertGreater(len(skip["comment"]), 15, f"{name} {skip['id']}")

    def test_the_log_of_text_messages_is_there_if_asked_for_and_forgets_within_a_day(self):
        for name, resource in TEMPLATE["Resources"].items():
            if name.startswith("Sms"):
                self.assertEqual(resource.get("Condition"), "HasSmsReceipts", name)
        for name, group in of_type("AWS::Logs::LogGroup").items():
            if "sns/" in str(group["Properties"]["LogGroupName"]):
                self.assertEqual(group["Properties"]["RetentionInDays"], 1, name)

    def test_of_an_event_of_ses_its_kind_time_and_id_alone_are_handed_on(self):
        [target] = of_type("AWS::Events::Rule")["EmailEventsRule"]["Properties"]["Targets"]
        paths = target["InputTransformer"]["InputPathsMap"]
        self.assertEqual(set(paths.values()), {"$.detail-type", "$.time", "$.detail.mail.messageId"})
        body = target["InputTransformer"]["InputTemplate"]
        for name in paths:
            body = body.replace(f"<{name}>", json.dumps(name))
        self.assertEqual(
            json.loads(body), {"source": "aws.ses", "detail-type": "type", "time": "time", "detail": {"mail": {"messageId": "message"}}}
        )

    def test_mail_of_others_in_the_account_is_none_of_ours(self):
        pattern = of_type("AWS::Events::Rule")["EmailEventsRule"]["Properties"]["EventPattern"]
        self.assertEqual(pattern["detail"]["mail"]["tags"], {"ses:configuration-set": [{"Ref": "EmailEvents"}]})
        self.assertEqual(pattern["source"], ["aws.ses"])

    def test_every_log_group_forgets(self):
        for name, group in of_type("AWS::Logs::LogGroup").items():
            self.assertIn("RetentionInDays", group["Properties"], name)

    def test_the_access_log_names_no_person(self):
        log_format = TEMPLATE["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"]
        for field in ("path", "sourceIp", "userAgent", "authorizer", "header"):
            self.assertNotIn(field, log_format)


def triggers(*kinds):
    for name, function in of_type("AWS::Serverless::Function").items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] in kinds:
                yield name, function["Properties"], event["Properties"]


def queue_of(reference):
    return TEMPLATE["Resources"][reference["Fn::GetAtt"][0]]["Properties"]


class Triggers(unittest.TestCase):
    def test_every_trigger_is_one_that_these_rules_know(self):
        known = {"HttpApi", "SQS", "DynamoDB", "Schedule"}
        for name, function in of_type("AWS::Serverless::Function").items():
            for event in function["Properties"].get("Events", {}).values():
                self.assertIn(event["Type"], known, name)

    def test_a_message_stays_invisible_for_six_runs_of_its_function(self):
        for name, function, event in triggers("SQS"):
            self.assertGreaterEqual(queue_of(event["Queue"])["VisibilityTimeout"], 6 * function["Timeout"], name)

    def test_every_queue_has_a_queue_for_its_dead_letters(self):
        for name, _, event in triggers("SQS"):
            if event["Queue"]["Fn::GetAtt"][0] != "ReservationsDead":  # It is one, and the closer ends what is in it.
                dead = queue_of(queue_of(event["Queue"])["RedrivePolicy"]["deadLetterTargetArn"])
                self.assertEqual(dead["MessageRetentionPeriod"], 1209600, name)
        for name, subscription in of_type("AWS::SNS::Subscription").items():
            self.assertTrue(queue_of(subscription["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]), name)

    def test_failed_records_of_a_stream_are_kept(self):
        for name, _, event in triggers("DynamoDB"):
            self.assertTrue(queue_of(event["DestinationConfig"]["OnFailure"]["Destination"]), name)
            self.assertLess(event["MaximumRetryAttempts"], 100, name)

    def test_nobody_is_called_for_the_sums_that_were_just_written(self):
        for name, _, event in triggers("DynamoDB"):
            [pattern] = [json.loads(each["Pattern"]) for each in event["FilterCriteria"]["Filters"]]
            kinds = [kind["prefix"] for kind in pattern["dynamodb"]["Keys"]["pk"]["S"]]
            self.assertEqual(kinds, ["STATES", "DISTRICT#", "POOL#", "SESSION#", "END#", "CENTER#", "BENEFICIARY#"], name)

    def test_failed_calls_of_a_schedule_are_kept(self):
        for name, function, event in triggers("Schedule"):
            self.assertTrue(queue_of(event["DeadLetterConfig"]["Arn"]), name)
            self.assertTrue(queue_of(function["DeadLetterQueue"]["TargetArn"]), name)

    def test_every_trigger_of_a_batch_reports_single_failures(self):
        for name, _, event in triggers("SQS", "DynamoDB"):
            self.assertEqual(event["FunctionResponseTypes"], ["ReportBatchItemFailures"], name)


def of(name):
    return TEMPLATE["Resources"][name]["Properties"]


def allow(role, statement):
    of(role)["Policies"][0]["PolicyDocument"]["Statement"].append({"Effect": "Allow", **statement})


TABLE = {"Fn::GetAtt": ["Table", "Arn"]}
# What must not go unnoticed: a rule, and a change of the template that breaks it.
BREAKS = [
    (Permissions.test_every_function_has_a_role_of_its_own_and_no_managed_policy, lambda: of("Reports").update(of("Admin"))),
    (Permissions.test_no_action_is_a_wildcard, lambda: allow("AdminRole", {"Action": "dynamodb:*", "Resource": TABLE})),
    (Permissions.test_no_action_is_a_wildcard, lambda: allow("AdminRole", {"Action": ["dynamodb:Get*"], "Resource": TABLE})),
    (Permissions.test_no_resource_is_a_wildcard, lambda: allow("SearchRole", {"Action": "dynamodb:Query", "Resource": "*"})),
    (
        Permissions.test_no_resource_is_a_wildcard,
        lambda: allow("SearchRole", {"Action": "dynamodb:Query", "Resource": {"Fn::Sub": "${Table.Arn}/index/*"}}),
    ),
    (
        Permissions.test_only_who_ends_subscriptions_may_end_any,
        lambda: allow("ReserveRole", {"Action": "sns:Unsubscribe", "Resource": "*"}),
    ),
    (
        Permissions.test_only_text_messages_go_without_a_resource,
        lambda: allow("BookerRole", {"Action": "sns:Publish", "NotResource": "arn:aws:sns:*:*:*"}),
    ),
    (Permissions.test_reports_write_nothing_but_buckets, lambda: allow("ReportsRole", {"Action": "dynamodb:PutItem", "Resource": TABLE})),
    (
        Permissions.test_reports_write_nothing_but_buckets,
        lambda: allow("ReportsRole", {"Action": ["dynamodb:UpdateItem"], "Resource": TABLE}),
    ),
    (
        Permissions.test_a_function_that_everybody_may_call_reads_only,
        lambda: allow("SearchRole", {"Action": "secretsmanager:GetSecretValue", "Resource": {"Fn::GetAtt": ["SealSecret", "Id"]}}),
    ),
    (
        Routes.test_every_route_that_is_not_public_has_an_authorizer,
        lambda: of("Reserve")["Events"]["Holds"]["Properties"].update(Auth={"Authorizer": "NONE"}),
    ),
    (
        Routes.test_every_route_that_is_not_public_has_an_authorizer,
        lambda: of("Admin")["Events"]["Staff"]["Properties"].update(Auth={"Authorizer": "Citizens"}),
    ),
    (Routes.test_every_route_that_is_not_public_has_an_authorizer, lambda: of("Api")["Auth"].update(DefaultAuthorizer="NONE")),
    (Routes.test_pages_may_ask_at_every_route_without_a_token, lambda: of("Reserve")["Events"].pop("HoldsPreflight")),
    (Routes.test_pages_of_named_origins_alone_may_ask, lambda: of("Api")["CorsConfiguration"].update(AllowOrigins=["*"])),
    (Routes.test_pages_of_named_origins_alone_may_ask, lambda: of("Api")["CorsConfiguration"].update(AllowCredentials=True)),
    (Routes.test_every_route_has_a_throttle_of_its_own, lambda: of("Api")["RouteSettings"].pop("ANY /v1/holds")),
    (Safety.test_the_table_survives_the_stack, lambda: of("Table").pop("PointInTimeRecoverySpecification")),
    (Safety.test_the_table_survives_the_stack, lambda: TEMPLATE["Resources"]["Table"].update(DeletionPolicy="Delete")),
    (Safety.test_the_table_is_protected_unless_the_deployer_says_otherwise, lambda: of("Table").pop("DeletionProtectionEnabled")),
    (Safety.test_the_table_is_protected_unless_the_deployer_says_otherwise, lambda: TEMPLATE["Parameters"]["ProtectTable"].update(Default="false")),
    (Safety.test_nothing_for_tests_or_examples_is_there_unless_asked_for, lambda: TEMPLATE["Parameters"]["LocalWebhooks"].update(Default="true")),
    (
        Safety.test_nothing_for_tests_or_examples_is_there_unless_asked_for,
        lambda: TEMPLATE["Resources"]["ExampleConsumerQueue"].pop("Condition"),
    ),
    (Safety.test_no_key_is_granted_to_strangers, lambda: of("DataKey")["KeyPolicy"]["Statement"][1].update(Condition={"StringEquals": {}})),
    (Safety.test_what_may_tell_of_people_is_encrypted_by_a_key_that_outlives_the_stack, lambda: of("ReserveLogs").pop("KmsKeyId")),
    (Safety.test_what_may_tell_of_people_is_encrypted_by_a_key_that_outlives_the_stack, lambda: of("LabelSecret").pop("KmsKeyId")),
    (Safety.test_every_queue_and_topic_is_encrypted, lambda: of("NotificationsDead").pop("SqsManagedSseEnabled")),
    (Safety.test_every_queue_and_topic_is_encrypted, lambda: of("Events").pop("KmsMasterKeyId")),
    (
        Permissions.test_receipts_touch_marks_and_what_leads_to_them_alone,
        lambda: allow("ReceiptsRole", {"Action": "dynamodb:UpdateItem", "Resource": TABLE}),
    ),
    (
        Safety.test_the_log_of_text_messages_is_there_if_asked_for_and_forgets_within_a_day,
        lambda: of("SmsFailed").update(RetentionInDays=30),
    ),
    (
        Safety.test_the_log_of_text_messages_is_there_if_asked_for_and_forgets_within_a_day,
        lambda: TEMPLATE["Resources"]["SmsReceiptsRole"].pop("Condition"),
    ),
    (
        Safety.test_of_an_event_of_ses_its_kind_time_and_id_alone_are_handed_on,
        lambda: of("EmailEventsRule")["Targets"][0]["InputTransformer"]["InputPathsMap"].update(to="$.detail.mail.destination"),
    ),
    (Safety.test_mail_of_others_in_the_account_is_none_of_ours, lambda: of("EmailEventsRule")["EventPattern"].pop("detail")),
    (Safety.test_every_log_group_forgets, lambda: of("ApiLogs").pop("RetentionInDays")),
    (Safety.test_the_access_log_names_no_person, lambda: of("Api")["AccessLogSettings"].update(Format="$context.identity.sourceIp")),
    (Triggers.test_every_trigger_is_one_that_these_rules_know, lambda: of("Booker")["Events"]["Reservations"].update(Type="Kinesis")),
    (Triggers.test_a_message_stays_invisible_for_six_runs_of_its_function, lambda: of("Notifications").update(VisibilityTimeout=179)),
    (Triggers.test_every_queue_has_a_queue_for_its_dead_letters, lambda: of("Reservations").pop("RedrivePolicy")),
    (Triggers.test_every_queue_has_a_queue_for_its_dead_letters, lambda: of("NotificationsSubscription").pop("RedrivePolicy")),
    (Triggers.test_failed_records_of_a_stream_are_kept, lambda: of("Projector")["Events"]["Changes"]["Properties"].pop("DestinationConfig")),
    (
        Triggers.test_nobody_is_called_for_the_sums_that_were_just_written,
        lambda: of("Projector")["Events"]["Changes"]["Properties"]["FilterCriteria"].update(Filters=[]),
    ),
    (Triggers.test_failed_calls_of_a_schedule_are_kept, lambda: of("Sweeper").pop("DeadLetterQueue")),
    (
        Triggers.test_every_trigger_of_a_batch_reports_single_failures,
        lambda: of("Closer")["Events"]["Dead"]["Properties"].pop("FunctionResponseTypes"),
    ),
]


class RulesCanFail(unittest.TestCase):
    def test_every_rule_notices_what_it_is_for(self):
        good = copy.deepcopy(TEMPLATE)
        for rule, break_it in BREAKS:
            case = globals()[rule.__qualname__.split(".")[0]](rule.__name__)
            try:
                rule(case)
                break_it()
                with self.assertRaises((AssertionError, KeyError, ValueError), msg=rule.__name__):
                    rule(case)
            finally:
                TEMPLATE.clear()
                TEMPLATE.update(copy.deepcopy(good))


class UsedPermissions(unittest.TestCase):
    def test_a_permission_nobody_used_is_named(self):
        everything = set(granted(TEMPLATE, "vaxslot"))
        self.assertIn(("vaxslot-search", "dynamodb:Query", "by_district"), everything)
        self.assertEqual(unused(TEMPLATE, "vaxslot", everything), [])
        one = ("vaxslot-reserve", "dynamodb:UpdateItem", "-")
        self.assertEqual(unused(TEMPLATE, "vaxslot", everything - {one}), [one])


if __name__ == "__main__":
    unittest.main()
