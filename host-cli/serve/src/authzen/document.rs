//! The OpenAPI document of our AuthZEN: what we make of its subjects, resources and properties.

use serde_json::{Value, json};

use crate::VERSION;

/// The description, as JSON.
pub(super) fn described(base: Option<&str>) -> Value {
    let base = base.unwrap_or("https://localhost");
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Leidraad: AuthZEN Authorization API 1.0",
            "version": VERSION,
            "description": "A subject is a customer (type `customer`, or the customer's role), or a person who acts for the customer in `properties.customer`. \
                A resource is a service (type `service` and id `domain/name`, or its domain and its name). The action is `use`, or a value of the register's fact `action`. \
                Properties are facts by name; others are named in `context.ignored`, and so is what else stands in `context`. What is undetermined is `false`, with what is needed in `context.needs`: also where only the level or how much is open, as `context.possible` says. \
                `context` may have `on` and `known` (days) and `proposed`.",
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
            "contact": { "name": "Leidraad", "url": "https://github.com/leidraad/leidraad", "email": "leidraad@leiden.nl" },
        },
        "servers": [{ "url": "/access/v1" }, { "url": format!("{base}/access/v1") }],
        "security": [{ "key": [] }],
        "tags": [{ "name": "authzen", "description": "Authorization API 1.0" }],
        "paths": {
            "/evaluation": path("evaluation", "One decision", "EvaluationRequest", "EvaluationResponse"),
            "/evaluations": path("evaluations", "Many decisions", "EvaluationsRequest", "EvaluationsResponse"),
            "/search/subject": path("searchSubject", "The customers who may", "SubjectSearchRequest", "SearchResponse"),
            "/search/resource": path("searchResource", "The services that somebody may use", "ResourceSearchRequest", "SearchResponse"),
            "/search/action": path("searchAction", "What somebody may do", "ActionSearchRequest", "ActionSearchResponse"),
        },
        "components": { "schemas": schemas(), "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } } },
    })
}

fn path(id: &str, summary: &str, request: &str, response: &str) -> Value {
    let body = |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    let headers = json!({ "API-Version": { "schema": { "type": "string" } }, "X-Request-ID": { "schema": { "type": "string" } } });
    let problem = |description: &str| json!({ "description": description, "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    json!({ "post": {
        "tags": ["authzen"],
        "operationId": id,
        "summary": summary,
        "description": summary,
        "parameters": [{ "name": "X-Request-ID", "in": "header", "description": "Given back as it is", "schema": { "type": "string", "maxLength": 128 } }],
        "requestBody": { "required": true, "content": body(request) },
        "responses": {
            "200": { "description": "The answer", "headers": headers, "content": body(response) },
            "400": problem("What was sent is not right"),
            "401": problem("No key or token, or one that does not open"),
            "403": problem("The key or token is not for this"),
            "408": problem("It took too long"),
            "413": problem("More than may be sent at once"),
            "429": problem("Too many requests"),
            "500": problem("Something went wrong here"),
            "503": problem("Not now"),
        },
    } })
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let properties = json!({ "type": ["object", "null"], "additionalProperties": true });
    let whole = object(&["type", "id"], &json!({ "type": text, "id": text, "properties": properties }));
    let typed = object(&["type"], &json!({ "type": text, "properties": properties }));
    let part = object(&[], &json!({ "type": text, "id": text, "properties": properties }));
    let action = object(&["name"], &json!({ "name": text, "properties": properties }));
    let day = json!({ "type": ["string", "null"], "format": "date" });
    let context =
        json!({ "type": ["object", "null"], "properties": { "on": day, "known": day, "proposed": { "type": ["boolean", "null"] } } });
    let page = json!({ "type": ["object", "null"], "properties": { "limit": { "type": ["integer", "null"], "minimum": 1 }, "token": { "type": ["string", "null"] } } });
    let evaluated = object(&["decision"], &json!({ "decision": { "type": "boolean" }, "context": { "type": "object" } }));
    let found = |item: &Value| {
        object(
            &["results", "page"],
            &json!({
                "results": { "type": "array", "items": item },
                "context": { "type": "object", "properties": { "ignored": { "type": "array", "items": text } } },
                "page": object(&["next_token"], &json!({ "next_token": text, "count": { "type": "integer" }, "total": { "type": "integer" } })),
            }),
        )
    };
    let partly = json!({ "subject": part, "action": object(&[], &json!({ "name": text, "properties": properties })), "resource": part, "context": context });
    let mut many = partly.clone();
    many["evaluations"] = json!({ "type": ["array", "null"], "items": object(&[], &partly) });
    many["options"] = json!({ "type": ["object", "null"], "properties": {
        "evaluations_semantic": { "type": ["string", "null"], "enum": ["execute_all", "deny_on_first_deny", "permit_on_first_permit", null] }
    } });
    json!({
        "EvaluationRequest": object(&["subject", "action", "resource"], &json!({ "subject": whole, "action": action, "resource": whole, "context": context })),
        "EvaluationResponse": evaluated,
        "EvaluationsRequest": object(&[], &many),
        "EvaluationsResponse": object(&[], &json!({ "decision": { "type": "boolean" }, "context": { "type": "object" }, "evaluations": { "type": "array", "items": evaluated } })),
        "SubjectSearchRequest": object(&["subject", "action", "resource"], &json!({ "subject": typed, "action": action, "resource": whole, "context": context, "page": page })),
        "ResourceSearchRequest": object(&["subject", "action", "resource"], &json!({ "subject": whole, "action": action, "resource": typed, "context": context, "page": page })),
        "ActionSearchRequest": object(&["subject", "resource"], &json!({ "subject": whole, "resource": whole, "context": context, "page": page })),
        "SearchResponse": found(&object(&["type", "id"], &json!({ "type": text, "id": text }))),
        "ActionSearchResponse": found(&object(&["name"], &json!({ "name": text }))),
        "Problem": object(&["status", "title", "detail"], &json!({
            "status": { "type": "integer" }, "title": text, "detail": text,
            "errors": { "type": "array", "items": object(&["in", "detail"], &json!({
                "in": text, "location": { "type": "object", "properties": { "pointer": text, "name": text } }, "code": text, "detail": text,
            })) },
        })),
    })
}
