import unittest

from deploy import read_template
from expand_http_api import UnsupportedTemplate, expand
from settings import API_IDENTIFIERS


def expand_small(**changes):
    return expand(small_template(**changes), {"Api": "abcd1234"}, "http://127.0.0.1:1", lambda binary: f"/code/{binary}")


def small_template(events=None, api=None, metadata=None):
    return {
        "Resources": {
            "Api": {"Type": "AWS::Serverless::HttpApi", "Properties": api or {"StageName": "$default"}},
            "Search": {
                "Type": "AWS::Serverless::Function",
                "Metadata": metadata or {"BuildMethod": "rust-cargolambda", "BuildProperties": {"Binary": "search"}},
                "Properties": {"Events": events if events is not None else {"Rest": http_event()}},
            },
        },
        "Globals": {"Function": {"CodeUri": ".", "Timeout": 10}},
        "Outputs": {
            "ApiUrl": {"Value": {"Fn::Sub": "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}},
            "TableName": {"Value": {"Ref": "Table"}},
        },
    }


def http_event(**properties):
    return {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}, **properties}}


def of_type(template, kind):
    return {name: item["Properties"] for name, item in template["Resources"].items() if item["Type"] == kind}


def guarded_api(**changes):
    jwt = {"issuer": "https://id.example", "audience": ["vaxslot"]}
    authorizer = {"IdentitySource": "$request.header.Authorization", "JwtConfiguration": jwt}
    return {"Auth": {"DefaultAuthorizer": "Citizens", "Authorizers": {"Citizens": authorizer, "Staff": authorizer}, **changes}}


class Guarding(unittest.TestCase):
    def test_an_authorizer_becomes_a_resource(self):
        expanded = of_type(expand_small(api=guarded_api()), "AWS::ApiGatewayV2::Authorizer")
        self.assertEqual(sorted(expanded), ["ApiCitizensAuthorizer", "ApiStaffAuthorizer"])
        self.assertEqual(
            expanded["ApiStaffAuthorizer"]["JwtConfiguration"], {"Issuer": "https://id.example", "Audience": ["vaxslot"]}
        )

    def test_a_route_is_guarded_unless_it_says_otherwise(self):
        events = {
            "Usual": http_event(Method="ANY", Path="/a"),
            "Other": http_event(Method="ANY", Path="/b", Auth={"Authorizer": "Staff"}),
            "Public": http_event(Method="ANY", Path="/c", Auth={"Authorizer": "NONE"}),
        }
        routes = of_type(expand_small(api=guarded_api(), events=events), "AWS::ApiGatewayV2::Route")
        self.assertEqual(routes["SearchUsualRoute"]["AuthorizerId"], {"Ref": "ApiCitizensAuthorizer"})
        self.assertEqual(routes["SearchOtherRoute"]["AuthorizerId"], {"Ref": "ApiStaffAuthorizer"})
        self.assertEqual(routes["SearchOtherRoute"]["AuthorizationType"], "JWT")
        self.assertNotIn("AuthorizerId", routes["SearchPublicRoute"])

    def test_an_unknown_authorizer_is_an_error(self):
        events = {"Book": http_event(Method="ANY", Path="/a", Auth={"Authorizer": "Nobody"})}
        with self.assertRaises(UnsupportedTemplate):
            expand_small(api=guarded_api(), events=events)
        with self.assertRaises(UnsupportedTemplate):
            expand_small(api=guarded_api(AddDefaultAuthorizerToCorsPreflight=False))


class ExpandingTheHttpApi(unittest.TestCase):
    def test_an_event_becomes_a_route_to_its_function(self):
        expanded = expand_small(events={"Book": http_event(Method="post", Path="/v1/appointments/{proxy+}")})
        route = of_type(expanded, "AWS::ApiGatewayV2::Route")["SearchBookRoute"]
        self.assertEqual(route["RouteKey"], "POST /v1/appointments/{proxy+}")
        self.assertEqual(route["Target"], {"Fn::Sub": "integrations/${SearchApiIntegration}"})
        integration = of_type(expanded, "AWS::ApiGatewayV2::Integration")["SearchApiIntegration"]
        self.assertEqual(integration["IntegrationUri"], {"Fn::GetAtt": ["Search", "Arn"]})
        self.assertEqual(integration["PayloadFormatVersion"], "2.0")

    def test_an_event_without_path_takes_every_other_request(self):
        routes = of_type(expand_small(), "AWS::ApiGatewayV2::Route")
        self.assertEqual([route["RouteKey"] for route in routes.values()], ["$default"])

    def test_several_events_of_a_function_share_an_integration_and_a_permission(self):
        events = {"One": http_event(Method="ANY", Path="/a"), "Two": http_event(Method="ANY", Path="/b")}
        expanded = expand_small(events=events)
        self.assertEqual(len(of_type(expanded, "AWS::ApiGatewayV2::Route")), 2)
        self.assertEqual(len(of_type(expanded, "AWS::ApiGatewayV2::Integration")), 1)
        self.assertEqual(len(of_type(expanded, "AWS::Lambda::Permission")), 1)

    def test_other_events_stay_with_their_function(self):
        queue = {"Type": "SQS", "Properties": {"Queue": "arn"}}
        expanded = expand_small(events={"Queue": queue, "Rest": http_event()})
        self.assertEqual(of_type(expanded, "AWS::Serverless::Function")["Search"]["Events"], {"Queue": queue})

    def test_the_api_keeps_its_settings_and_gets_the_given_id(self):
        limits = {"ThrottlingRateLimit": 5}
        expanded = expand_small(api={"Name": "x", "StageName": "$default", "DefaultRouteSettings": limits})
        api = of_type(expanded, "AWS::ApiGatewayV2::Api")["Api"]
        self.assertEqual((api["Name"], api["Tags"]["ms-custom-id"]), ("x", "abcd1234"))
        stage = of_type(expanded, "AWS::ApiGatewayV2::Stage")["ApiStage"]
        self.assertEqual((stage["StageName"], stage["DefaultRouteSettings"]), ("$default", limits))

    def test_a_function_points_at_its_local_binary(self):
        expanded = expand_small()
        self.assertEqual(of_type(expanded, "AWS::Serverless::Function")["Search"]["CodeUri"], "/code/search")
        self.assertNotIn("Metadata", expanded["Resources"]["Search"])
        self.assertEqual(expanded["Globals"]["Function"], {"Timeout": 10})

    def test_the_output_of_the_api_is_its_local_address(self):
        outputs = expand_small()["Outputs"]
        self.assertEqual(outputs["ApiUrl"]["Value"], "http://127.0.0.1:1")
        self.assertEqual(outputs["TableName"]["Value"], {"Ref": "Table"})

    def test_what_would_be_lost_is_refused(self):
        losses = [
            {"api": {"StageName": "$default", "FailOnWarnings": True}},
            {"events": {"Rest": http_event(RouteSettings={})}},
            {"events": {"Rest": {"Type": "HttpApi", "Properties": {"Path": "/a", "Method": "GET"}}}},
            {"metadata": {"BuildMethod": "makefile"}},
        ]
        for loss in losses:
            with self.subTest(loss), self.assertRaises(UnsupportedTemplate):
                expand_small(**loss)

    def test_the_given_template_is_left_as_it_was(self):
        template = small_template()
        expand(template, {"Api": "abcd1234"}, "http://127.0.0.1:1", str)
        self.assertEqual(template, small_template())

    def test_no_route_of_the_real_template_is_lost(self):
        template = read_template()
        wanted = sorted(
            f"{event['Properties']['Method']} {event['Properties']['Path']}" if "Path" in event["Properties"] else "$default"
            for resource in template["Resources"].values() if resource["Type"] == "AWS::Serverless::Function"
            for event in resource["Properties"].get("Events", {}).values() if event["Type"] == "HttpApi"
        )
        routes = of_type(expand(template, API_IDENTIFIERS, "http://x", str), "AWS::ApiGatewayV2::Route")
        self.assertEqual(sorted(route["RouteKey"] for route in routes.values()), wanted)


if __name__ == "__main__":
    unittest.main()
