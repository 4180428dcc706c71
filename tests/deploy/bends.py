"""How the template is bent for the emulator.

Each function takes the template as SAM has expanded it and changes it in place;
its docstring says what is bent and why. Nothing else of the template changes,
and what AWS would be given is what is deployed but for these.
"""

import json
import re

API_ID = "campanile-http"
SOCKET_ID = "campanile-live"


def routes_from_description(template, _endpoint):
    """The HTTP API's routes stand in an OpenAPI description (`Body`), which the
    emulator does not read: the same routes, integrations and authorizer are
    declared one by one."""
    resources = template["Resources"]
    api = resources["Api"]["Properties"]
    body = api.pop("Body")
    api["ProtocolType"] = "HTTP"
    api["Name"] = "campanile"
    # The emulator reads CORS by the names of the description, not by those of
    # the resource.
    api["CorsConfiguration"] = body["x-amazon-apigateway-cors"]
    for name, scheme in body["components"]["securitySchemes"].items():
        given = scheme["x-amazon-apigateway-authorizer"]
        identity = given.get("identitySource") or []
        resources[f"ApiAuthorizer{name}"] = {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "Name": name,
                "AuthorizerType": "REQUEST",
                "AuthorizerUri": given["authorizerUri"],
                "AuthorizerPayloadFormatVersion": given["authorizerPayloadFormatVersion"],
                "EnableSimpleResponses": given["enableSimpleResponses"],
                "AuthorizerResultTtlInSeconds": given.get("authorizerResultTtlInSeconds", 0),
                "IdentitySource": identity if isinstance(identity, list) else identity.split(","),
            },
        }
    integrations = {}
    for path, item in body["paths"].items():
        for method, operation in item.items():
            integration = operation.get("x-amazon-apigateway-integration")
            if integration is None:
                continue
            uri = json.dumps(integration["uri"], sort_keys=True)
            if uri not in integrations:
                integrations[uri] = f"ApiIntegration{len(integrations)}"
                resources[integrations[uri]] = {
                    "Type": "AWS::ApiGatewayV2::Integration",
                    "Properties": {
                        "ApiId": {"Ref": "Api"},
                        "IntegrationType": "AWS_PROXY",
                        "IntegrationUri": integration["uri"],
                        "PayloadFormatVersion": integration["payloadFormatVersion"],
                    },
                }
            route = {
                "ApiId": {"Ref": "Api"},
                "RouteKey": f"{method.upper()} {path}",
                "Target": {"Fn::Sub": "integrations/${" + integrations[uri] + "}"},
                "AuthorizationType": "NONE",
            }
            guarded = [name for need in operation.get("security", []) for name in need]
            guarded = [name for name in guarded if name in body["components"]["securitySchemes"]]
            if guarded:
                route["AuthorizationType"] = "CUSTOM"
                route["AuthorizerId"] = {"Ref": f"ApiAuthorizer{guarded[0]}"}
            name = "ApiRoute" + re.sub(r"[^A-Za-z0-9]", "", f"{method.title()}{path.title()}")
            resources[name] = {"Type": "AWS::ApiGatewayV2::Route", "Properties": route}


def pinned_ids(template, _endpoint):
    """An API's address is known only once it is made, and the emulator's is none
    that AWS has (next bend): its ids are chosen beforehand, by a tag."""
    for name, chosen in (("Api", API_ID), ("SocketApi", SOCKET_ID)):
        tags = template["Resources"][name]["Properties"].setdefault("Tags", {})
        tags["ms-custom-id"] = chosen


def http_url(endpoint):
    """Where the HTTP API is on the emulator."""
    return f"{endpoint}/_aws/execute-api/{API_ID}/$default"


def socket_url(endpoint):
    """Where sockets connect on the emulator."""
    return f"{endpoint.replace('http', 'ws', 1)}/_aws/execute-api/{SOCKET_ID}/live"


def addresses(template, endpoint):
    """`https://{id}.execute-api.…` leads to AWS: settings of functions and outputs
    that are made of it get the emulator's address instead."""
    known = {
        "https://${SocketApi}.execute-api": socket_url(endpoint).replace("ws", "http", 1),
        "wss://${SocketApi}.execute-api": socket_url(endpoint),
        "https://${Api}.execute-api": http_url(endpoint),
    }

    def change(value):
        if isinstance(value, dict):
            text = value.get("Fn::Sub")
            for start, address in known.items():
                if isinstance(text, str) and text.startswith(start):
                    return address
            return {key: change(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [change(inner) for inner in value]
        return value

    for name, resource in template["Resources"].items():
        template["Resources"][name] = change(resource)
    template["Outputs"] = change(template.get("Outputs", {}))


def no_identity_source(template, _endpoint):
    """The authorizer of sockets has no identity source, so that a handshake may
    carry its credential anywhere. The emulator then assumes a header that
    browsers cannot set; an empty list says what AWS takes its absence for."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::ApiGatewayV2::Authorizer":
            resource["Properties"].setdefault("IdentitySource", [])


def numbers(template, _endpoint):
    """CloudFormation hands a parameter over as text, and AWS reads a number where
    it wants one; the emulator compares the text with numbers. Event sources get
    the parameter's default instead."""
    defaults = {
        name: int(parameter["Default"])
        for name, parameter in template["Parameters"].items()
        if parameter["Type"] == "Number" and "Default" in parameter
    }
    for resource in template["Resources"].values():
        scaling = resource.get("Properties", {}).get("ScalingConfig", {})
        for key, value in scaling.items():
            if isinstance(value, dict) and value.get("Ref") in defaults:
                scaling[key] = defaults[value["Ref"]]


ALL = [routes_from_description, pinned_ids, addresses, no_identity_source, numbers]
