//! The routes in; the OpenAPI document out, with what holds for every answer added to each.

use serde_json::{Value, json};
use utoipa::OpenApi;

use super::schema;
use crate::VERSION;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Leidraad",
        description = "Which services each customer is entitled to, and at what flexibility level: decisions, entitlements, and what would change them. \
            The terms are those of the register; days are civil days in its time zone, written as 2025-02-01; both ends of a period are included.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
        contact(name = "Leidraad", url = "https://github.com/leidraad/leidraad", email = "leidraad@leiden.nl"),
    ),
    tags(
        (name = "decisions", description = "Questions and their answers"),
        (name = "entitlements", description = "What customers are entitled to on a day"),
        (name = "differences", description = "What changes between two views of the register"),
        (name = "catalogue", description = "What there is to ask about"),
        (name = "policy", description = "The policy in force"),
        (name = "document", description = "This description"),
    ),
    components(schemas(schema::FactValue)),
)]
struct Document;

/// The description of the routes, as JSON.
pub(crate) fn described(routes: utoipa::openapi::OpenApi, base: Option<&str>) -> Value {
    let mut document = serde_json::to_value(Document::openapi().merge_from(routes)).unwrap_or_default();
    if let Some(info) = document.get_mut("info") {
        info["version"] = VERSION.into();
    }
    let base = base.unwrap_or("https://localhost");
    document["servers"] =
        json!([{ "url": "/v1", "description": "here" }, { "url": format!("{base}/v1"), "description": "by its whole address" }]);
    document["security"] = json!([{ "key": [] }, { "keyHeader": [] }, { "token": [] }]);
    document["components"]["securitySchemes"] = json!({
        "key": { "type": "http", "scheme": "bearer", "description": "A key; on the machine itself, where no keys are set up, none is needed" },
        "keyHeader": { "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "A key" },
        "token": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "A token of the identity provider" },
    });
    document["components"]["headers"] = headers();
    document["components"]["responses"] = problems();
    document["paths"]["/openapi.json"] = own_path();
    let operations = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flat_map(|paths| paths.values_mut());
    for operation in operations.filter_map(Value::as_object_mut).flat_map(|path| path.iter_mut()) {
        if matches!(operation.0.as_str(), "get" | "put" | "post" | "delete") {
            complete(operation.1);
        }
    }
    document
}

/// The headers of answers.
fn headers() -> Value {
    let header = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "API-Version": header("The version of this API in full"),
        "ETag": header("What the answer depends on: sent back in `If-None-Match`, an unchanged answer is `304`"),
        "Content-Language": header("The language of the texts"),
        "Access-Control-Allow-Origin": header("Any site may read this document"),
    })
}

/// What every operation may answer instead.
fn problems() -> Value {
    let problem = |description: &str| {
        json!({
            "description": description,
            "headers": { "API-Version": { "$ref": "#/components/headers/API-Version" } },
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    };
    json!({
        "Invalid": problem("What was sent is not right: each thing stands in `errors`, with its place"),
        "Unauthenticated": problem("No key or token, or one that does not open"),
        "Forbidden": problem("The key or token is not for this"),
        "NotFound": problem("There is nothing at this address"),
        "MethodNotAllowed": problem("This method is not for this address"),
        "TimedOut": problem("It took too long"),
        "TooLarge": problem("More than may be sent at once"),
        "OtherContent": problem("The body has to be JSON"),
        "Unanswerable": problem("It depends on too much to be answered, or the register answers in two ways"),
        "TooMany": problem("Too many requests; see `Retry-After`"),
        "Failed": problem("Something went wrong here"),
        "Unavailable": problem("Not now; see `Retry-After`"),
    })
}

fn own_path() -> Value {
    json!({ "get": {
        "tags": ["document"],
        "operationId": "openapi",
        "summary": "This description",
        "description": "The OpenAPI document of this API.",
        "security": [{}],
        "responses": { "200": {
            "description": "The document",
            "headers": { "access-control-allow-origin": { "$ref": "#/components/headers/Access-Control-Allow-Origin" } },
            "content": { "application/json": { "schema": { "type": "object" } } },
        } },
    } })
}

/// What holds for every answer, added to what an operation says itself.
fn complete(operation: &mut Value) {
    let is_post = operation.get("requestBody").is_some();
    let has_params = operation.get("parameters").and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    let is_read =
        operation["operationId"] != "policy" && operation["operationId"] != "unpin" && operation["operationId"] != "openapi" && !is_post;
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    if is_read {
        responses.insert("304".to_owned(), json!({ "description": "Not changed since" }));
    }
    for (_, response) in responses.iter_mut() {
        response["headers"]["API-Version"] = json!({ "$ref": "#/components/headers/API-Version" });
        response["headers"]["Content-Language"] = json!({ "$ref": "#/components/headers/Content-Language" });
        if is_read {
            response["headers"]["ETag"] = json!({ "$ref": "#/components/headers/ETag" });
        }
    }
    let mut add = |status: &str, name: &str| {
        responses.insert(status.to_owned(), json!({ "$ref": format!("#/components/responses/{name}") }));
    };
    add("400", "Invalid");
    add("401", "Unauthenticated");
    add("403", "Forbidden");
    if has_params {
        add("404", "NotFound");
    }
    add("405", "MethodNotAllowed");
    add("408", "TimedOut");
    if is_post {
        add("413", "TooLarge");
        add("415", "OtherContent");
        add("422", "Unanswerable");
    }
    add("429", "TooMany");
    add("500", "Failed");
    add("503", "Unavailable");
}
