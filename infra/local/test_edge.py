"""Promises of infra/edge/template.yaml, and that it fits the API it stands in front of."""

import fnmatch
import json
import re
import unittest

from deploy import read_template
from settings import ROOT

TEMPLATE = read_template("infra/edge/template.yaml")
API = read_template()
PATHS = json.loads((ROOT / "openapi.json").read_text())["paths"]
METHODS = ("get", "put", "post", "patch", "delete")


def properties(name, template=TEMPLATE):
    return template["Resources"][name]["Properties"]


def distribution():
    return properties("Distribution")["DistributionConfig"]


def operations():
    for path, item in PATHS.items():
        for method in METHODS:
            if method in item:
                yield re.sub(r"\{\w+\}", "x", path), method, item[method]


def rules():
    return {rule["Name"]: rule for rule in properties("Firewall")["Rules"]}


class Caching(unittest.TestCase):
    def test_public_reads_are_cached_and_nothing_else(self):
        patterns = [behavior["PathPattern"] for behavior in distribution()["CacheBehaviors"]]
        for path, method, operation in operations():
            public_read = method == "get" and not operation.get("security")
            cached = any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)
            self.assertEqual(cached, public_read, f"{method} {path}")

    def test_what_is_cached_knows_no_caller(self):
        for behavior in distribution()["CacheBehaviors"]:
            self.assertEqual(behavior["CachePolicyId"], {"Ref": "PublicReads"})
            self.assertNotIn("OriginRequestPolicyId", behavior)
            self.assertNotIn("AllowedMethods", behavior)
        policy = properties("PublicReads")["CachePolicyConfig"]
        self.assertEqual((policy["MinTTL"], policy["DefaultTTL"]), (0, 0))
        key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        self.assertEqual(key["QueryStringsConfig"]["QueryStringBehavior"], "all")
        self.assertEqual(key["HeadersConfig"]["HeaderBehavior"], "none")
        self.assertEqual(key["CookiesConfig"]["CookieBehavior"], "none")

    def test_refusals_and_failures_are_not_kept(self):
        self.assertEqual({answer["ErrorCachingMinTTL"] for answer in distribution()["CustomErrorResponses"]}, {0})


class Pages(unittest.TestCase):
    def test_pages_may_do_at_the_edge_what_they_may_at_the_gateway(self):
        edge = properties("SecurityHeaders")["ResponseHeadersPolicyConfig"]["CorsConfig"]
        gateway = properties("Api", API)["CorsConfiguration"]
        self.assertEqual(edge["AccessControlAllowOrigins"]["Items"], {"Ref": "PagesOrigins"})
        self.assertEqual(edge["AccessControlAllowHeaders"]["Items"], gateway["AllowHeaders"])
        self.assertEqual(edge["AccessControlExposeHeaders"]["Items"], gateway["ExposeHeaders"])
        self.assertLessEqual(set(gateway["AllowMethods"]), set(edge["AccessControlAllowMethods"]["Items"]))
        self.assertIs(edge["AccessControlAllowCredentials"], False)
        self.assertIs(edge["OriginOverride"], True)
        self.assertNotIn("*", str(edge))


class Transport(unittest.TestCase):
    def test_nothing_goes_in_clear(self):
        self.assertEqual(distribution()["ViewerCertificate"]["MinimumProtocolVersion"], "TLSv1.2_2021")
        behaviors = [distribution()["DefaultCacheBehavior"], *distribution()["CacheBehaviors"]]
        for behavior in behaviors:
            self.assertIn(behavior["ViewerProtocolPolicy"], ("https-only", "redirect-to-https"))
            self.assertEqual(behavior["ResponseHeadersPolicyId"], {"Ref": "SecurityHeaders"})
        origin = distribution()["Origins"][0]["CustomOriginConfig"]
        self.assertEqual((origin["OriginProtocolPolicy"], origin["OriginSSLProtocols"]), ("https-only", ["TLSv1.2"]))

    def test_the_gateway_gives_up_first(self):
        self.assertGreater(distribution()["Origins"][0]["CustomOriginConfig"]["OriginReadTimeout"], 30)


class Closed(unittest.TestCase):
    def test_the_edge_sends_the_header_that_the_functions_want(self):
        (header,) = distribution()["Origins"][0]["OriginCustomHeaders"]
        source = (ROOT / "shared/api/src/edge.rs").read_text()
        self.assertIn(f'from_static("{header["HeaderName"].lower()}")', source)

    def test_every_function_with_routes_is_given_the_keys_of_the_edge(self):
        names = [properties(secret)["Name"]["Fn::Sub"] for secret in ("OriginKeyA", "OriginKeyB")]
        keys = ",".join(f"{{{{resolve:secretsmanager:{name}:SecretString}}}}" for name in names)
        for name, resource in API["Resources"].items():
            events = resource["Properties"].get("Events", {}).values()
            # The gateway itself asks the issuer, and comes through no edge.
            if any(event["Type"] == "HttpApi" and event["Properties"]["ApiId"]["Ref"] == "Api" for event in events):
                condition, with_edge, without = resource["Properties"]["Environment"]["Variables"]["ORIGIN_KEYS"]["Fn::If"]
                self.assertEqual((condition, without), ("HasEdge", ""), name)
                self.assertEqual(with_edge["Fn::Sub"].replace("EdgeStack", "AWS::StackName"), keys, name)

    def test_the_keys_cannot_be_guessed(self):
        for secret in ("OriginKeyA", "OriginKeyB"):
            made = properties(secret)["GenerateSecretString"]
            self.assertGreaterEqual(made["PasswordLength"], 32)
            self.assertTrue(made["ExcludePunctuation"], "a comma parts keys")


class Firewall(unittest.TestCase):
    def test_an_address_has_limits_that_are_stricter_for_bookings_and_logins(self):
        limits = {name: rule["Statement"]["RateBasedStatement"] for name, rule in rules().items() if "Action" in rule}
        self.assertEqual(list(limits), ["logins", "bookings", "requests"])
        for limit in limits.values():
            self.assertEqual(limit["AggregateKeyType"], "IP")
        self.assertNotIn("ScopeDownStatement", limits["requests"])
        default = {name: parameter["Default"] for name, parameter in TEMPLATE["Parameters"].items() if "Default" in parameter}
        self.assertLess(default["LoginsPerAddress"], default["RequestsPerAddress"])
        self.assertLess(default["BookingsPerAddress"], default["RequestsPerAddress"])

    def test_the_limit_of_bookings_counts_every_write_of_a_citizens_appointments(self):
        booking = rules()["bookings"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["AndStatement"]["Statements"][1]
        pattern = booking["RegexMatchStatement"]["RegexString"]
        for path, method, operation in operations():
            write = method == "post" and "appointments" in operation["tags"]
            self.assertEqual(bool(re.match(pattern, path)) and method == "post", write, f"{method} {path}")

    def test_a_path_that_is_written_differently_is_the_same_path(self):
        for name in ("logins", "bookings"):
            self.assertIn("URL_DECODE", str(rules()[name]))
            self.assertIn("NORMALIZE_PATH", str(rules()[name]))

    def test_known_attacks_are_blocked(self):
        groups = {
            rule["Statement"]["ManagedRuleGroupStatement"]["Name"] for rule in rules().values() if "OverrideAction" in rule
        }
        self.assertEqual(
            groups,
            {"AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesCommonRuleSet"},
        )

    def test_too_many_requests_look_as_the_api_itself_says_it(self):
        body = json.loads(properties("Firewall")["CustomResponseBodies"]["TooMany"]["Content"])
        document = json.loads((ROOT / "openapi.json").read_text())
        self.assertEqual(body, document["components"]["examples"]["too-many-requests"]["value"])


class PersonalData(unittest.TestCase):
    def test_the_log_names_no_person(self):
        fields = set(properties("LogDelivery")["RecordFields"])
        known = {
            "date", "time", "x-edge-location", "x-edge-request-id", "cs-method", "cs-protocol", "cs-protocol-version",
            "ssl-protocol", "ssl-cipher", "sc-status", "sc-bytes", "cs-bytes", "sc-content-type", "time-taken",
            "time-to-first-byte", "x-edge-result-type", "x-edge-response-result-type", "x-edge-detailed-result-type",
        }
        self.assertEqual(fields - known, set())
        self.assertNotIn("Logging", distribution(), "the older log has addresses and paths")

    def test_the_firewall_keeps_no_samples(self):
        for rule in [properties("Firewall"), *rules().values()]:
            self.assertFalse(rule["VisibilityConfig"]["SampledRequestsEnabled"])


if __name__ == "__main__":
    unittest.main()
