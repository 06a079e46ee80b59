"""Prepares template.yaml for the local endpoint.

SAM describes the routes of an `AWS::Serverless::HttpApi` in a generated OpenAPI body, which the local endpoint does not
read: the API would come up without routes. This step writes the same API, integrations, routes, stage and permissions
as plain resources, and points every function at the binary built for this machine. Nothing else is changed, and what
this step does not know how to carry over is an error, so that the local system cannot silently differ.
"""

import copy

KNOWN_API_PROPERTIES = {
    "Name", "Description", "StageName", "DefaultRouteSettings", "RouteSettings", "AccessLogSettings", "CorsConfiguration", "Tags", "Auth",
}
KNOWN_AUTH_PROPERTIES = {"Authorizers", "DefaultAuthorizer"}
KNOWN_AUTHORIZER_PROPERTIES = {"IdentitySource", "JwtConfiguration"}
KNOWN_EVENT_PROPERTIES = {"ApiId", "Path", "Method", "TimeoutInMillis", "Auth"}


class UnsupportedTemplate(ValueError):
    """The template uses something this step would lose on the way."""


def expand(template, api_identifiers, api_url, code_folder):
    """Returns the template for the local endpoint; `template` is left as it is.

    `api_identifiers` has the id that each API gets, `api_url` is where the one named `Api` will be reached, and
    `code_folder(binary)` the folder that holds the `bootstrap` of a binary.
    """
    expanded = copy.deepcopy(template)
    resources = expanded["Resources"]
    apis = {
        name: resource["Properties"] for name, resource in resources.items() if resource["Type"] == "AWS::Serverless::HttpApi"
    }
    for name, properties in apis.items():
        del resources[name]
        resources.update(_api_resources(name, properties, api_identifiers[name]))
    for name, resource in list(resources.items()):
        if resource["Type"] == "AWS::Serverless::Function":
            _point_at_binary(name, resource, code_folder)
            resources.update(_take_routes(name, resource, apis))
    for output in expanded.get("Outputs", {}).values():
        if "${Api}.execute-api" in str(output["Value"]):
            output["Value"] = api_url
    expanded.get("Globals", {}).get("Function", {}).pop("CodeUri", None)
    return expanded


def _api_resources(name, properties, api_identifier):
    _refuse_unknown(name, properties, KNOWN_API_PROPERTIES)
    api = {"ProtocolType": "HTTP", "Tags": {**properties.get("Tags", {}), "ms-custom-id": api_identifier}}
    api |= {key: properties[key] for key in ("Name", "Description") if key in properties}
    if "CorsConfiguration" in properties:
        # The endpoint keeps it as it is, and reads it by the names of the service's own API.
        api["CorsConfiguration"] = {key[0].lower() + key[1:]: value for key, value in properties["CorsConfiguration"].items()}
    stage = {"ApiId": {"Ref": name}, "StageName": properties.get("StageName", "$default"), "AutoDeploy": True}
    stage |= {key: properties[key] for key in ("DefaultRouteSettings", "RouteSettings", "AccessLogSettings") if key in properties}
    return {
        name: {"Type": "AWS::ApiGatewayV2::Api", "Properties": api},
        f"{name}Stage": {"Type": "AWS::ApiGatewayV2::Stage", "Properties": stage},
        **_authorizers(name, properties.get("Auth", {})),
    }


def _authorizers(api, auth):
    _refuse_unknown(f"{api}.Auth", auth, KNOWN_AUTH_PROPERTIES)
    resources = {}
    for name, properties in auth.get("Authorizers", {}).items():
        _refuse_unknown(f"{api}.Auth.{name}", properties, KNOWN_AUTHORIZER_PROPERTIES)
        jwt = properties["JwtConfiguration"]
        resources[f"{api}{name}Authorizer"] = {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": api},
                "Name": name,
                "AuthorizerType": "JWT",
                "IdentitySource": [properties["IdentitySource"]],
                "JwtConfiguration": {"Issuer": jwt["issuer"], "Audience": jwt["audience"]},
            },
        }
    return resources


def _point_at_binary(name, function, code_folder):
    metadata = function.pop("Metadata", {})
    if metadata.get("BuildMethod") != "rust-cargolambda":
        raise UnsupportedTemplate(f"{name}: only functions built by rust-cargolambda run locally")
    function["Properties"]["CodeUri"] = str(code_folder(metadata["BuildProperties"]["Binary"]))


def _take_routes(name, function, apis):
    """Moves the HttpApi events out of the function, into resources of their own."""
    events = function["Properties"].get("Events", {})
    routes = {event: events.pop(event)["Properties"] for event in list(events) if events[event]["Type"] == "HttpApi"}
    if not routes:
        return {}
    resources = {}
    for event, properties in routes.items():
        _refuse_unknown(f"{name}.{event}", properties, KNOWN_EVENT_PROPERTIES)
        api = properties.get("ApiId", {}).get("Ref")
        if api not in apis:
            raise UnsupportedTemplate(f"{name}.{event}: ApiId must refer to an HttpApi of the template")
        integration = f"{name}{api}Integration"
        resources[integration] = _integration(name, api, properties)
        resources[f"{name}{event}Route"] = _route(api, integration, properties, apis[api].get("Auth", {}))
        resources[f"{name}{api}Permission"] = _permission(name, api)
    return resources


def _integration(function, api, properties):
    integration = {
        "ApiId": {"Ref": api},
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": {"Fn::GetAtt": [function, "Arn"]},
        "PayloadFormatVersion": "2.0",
    }
    if "TimeoutInMillis" in properties:
        integration["TimeoutInMillis"] = properties["TimeoutInMillis"]
    return {"Type": "AWS::ApiGatewayV2::Integration", "Properties": integration}


def _route(api, integration, properties, auth):
    route = {
        "ApiId": {"Ref": api},
        "RouteKey": _route_key(properties),
        "Target": {"Fn::Sub": f"integrations/${{{integration}}}"},
    }
    authorizer = properties.get("Auth", {}).get("Authorizer", auth.get("DefaultAuthorizer", "NONE"))
    if authorizer != "NONE":
        if authorizer not in auth["Authorizers"]:
            raise UnsupportedTemplate(f"{api} has no authorizer named {authorizer}")
        route |= {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": f"{api}{authorizer}Authorizer"}}
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}


def _route_key(properties):
    """An event without path and method is SAM's way to say: everything no other route takes."""
    if "Path" not in properties and "Method" not in properties:
        return "$default"
    return f"{properties['Method'].upper()} {properties['Path']}"


def _permission(function, api):
    return {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Ref": function},
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {"Fn::Sub": f"arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{api}}}/*"},
        },
    }


def _refuse_unknown(where, properties, known):
    unknown = sorted(set(properties) - known)
    if unknown:
        raise UnsupportedTemplate(f"{where}: the local endpoint would lose {', '.join(unknown)}")
