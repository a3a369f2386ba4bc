//! The Model Context Protocol: an assistant at the desk asks the JSON API by tools, each with its schema. It reads, and changes nothing.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use leidraad::Language;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::asker::Origin;
use crate::service::Service;

/// What an assistant is told before it asks anything.
const HOW: &str = "Leidraad says which services each customer is entitled to, at what flexibility level, by a register of rules that was decided on. \
    Answer from these tools alone, never from memory. Cite `because[].reference` and the day on which it was decided. A refusal is an answer. \
    When `outcome` is `undetermined`, ask for the facts in `needs`, whose names and values the tool `facts` gives. \
    Days are written as 2025-02-01. Customers, services and facts may be named as people say them; values are those that `facts` gives.";

/// A tool: what it asks of the API.
struct Asks {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    method: Method,
    /// its address; in braces, the argument that is a part of it
    path: &'static str,
    schema: fn() -> Value,
}

/// All tools, in the order in which they are shown.
const TOOLS: [Asks; 8] = [
    Asks {
        name: "ask",
        title: "Is a customer entitled to a service?",
        description: "Answers one question: outcome (granted, refused, undetermined), level, lines, quota, obligations, why (`because`), until when (`holds`), and what proposals would change (`pending`).",
        method: Method::POST,
        path: "/v1/decisions",
        schema: || question(&json!({})),
    },
    Asks {
        name: "why_not",
        title: "What would have to be different?",
        description: "The decision, with the smallest changes of facts that would have it granted, the first day on which it is granted by itself, and the rules in the way (`why_not`).",
        method: Method::POST,
        path: "/v1/why-not",
        schema: || question(&json!({ "want": text("The level that is wished for; left out: any") })),
    },
    Asks {
        name: "timeline",
        title: "One answer, day by day",
        description: "The stretches of days in which the answer is the same: since when, until when, and what then. `because` is of the first day of each; `later` says what it rests on after that.",
        method: Method::POST,
        path: "/v1/timelines",
        schema: || question(&json!({})),
    },
    Asks {
        name: "list",
        title: "All that a customer is entitled to",
        description: "The answer about each service of one customer on a day, without reasons. The customer is given by id.",
        method: Method::GET,
        path: "/v1/customers/{customer}/entitlements",
        schema: || {
            object(
                &["customer"],
                &json!({
                    "customer": text("The id of the customer, as `customers` gives it"),
                    "on": day("The day that it is about; left out: today"),
                    "known": day("The day from whose knowledge it is answered"),
                    "outcome": { "type": "string", "enum": ["granted", "refused", "undetermined"] },
                    "domain": text("Only services of this domain"),
                    "text": text("Only services with this text in a name"),
                }),
            )
        },
    },
    Asks {
        name: "changes",
        title: "What changes between two views of the register",
        description: "Every region of days and facts in which answers differ: by default what all proposals would change; with days of knowledge, what was decided between them.",
        method: Method::GET,
        path: "/v1/differences",
        schema: || {
            object(
                &[],
                &json!({
                    "customer": text("Only this customer"),
                    "service": text("Only this service"),
                    "oldKnown": day("The older view is that of this day"),
                    "oldProposed": { "type": "boolean", "description": "Count proposals in on the older side" },
                    "newKnown": day("The newer view is that of this day"),
                    "newProposed": { "type": "boolean", "description": "Count proposals in on the newer side" },
                }),
            )
        },
    },
    Asks {
        name: "customers",
        title: "All customers",
        description: "Their ids, names and roles.",
        method: Method::GET,
        path: "/v1/customers",
        schema: || object(&[], &json!({})),
    },
    Asks {
        name: "services",
        title: "All services",
        description: "Their ids, names, synonyms, units.",
        method: Method::GET,
        path: "/v1/services",
        schema: || object(&[], &json!({})),
    },
    Asks {
        name: "facts",
        title: "All facts",
        description: "What a question may give: names, kinds, values, units.",
        method: Method::GET,
        path: "/v1/facts",
        schema: || object(&[], &json!({})),
    },
];

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn day(description: &str) -> Value {
    json!({ "type": "string", "format": "date", "description": description })
}

fn object(required: &[&str], properties: &Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

/// The schema of a question, with more beside it.
fn question(more: &Value) -> Value {
    let mut properties = json!({
        "customer": text("The customer it is about: an id, an official code, or a name"),
        "service": text("What is asked for: an id, or a name as people say it"),
        "on": day("The day that it is about; left out: today"),
        "known": day("The day from whose knowledge it is answered; left out: from all"),
        "proposed": { "type": "boolean", "description": "Whether proposed versions count" },
        "facts": { "type": "object", "description": "The facts that are known, by name: true or false, a number, a text, a day, or a list of texts" },
    });
    if let (Some(properties), Some(more)) = (properties.as_object_mut(), more.as_object()) {
        properties.extend(more.clone());
    }
    object(&["customer", "service"], &properties)
}

impl Asks {
    fn told(&self) -> Tool {
        let schema = if let Value::Object(schema) = (self.schema)() { schema } else { JsonObject::new() };
        let annotations = ToolAnnotations::with_title(self.title).read_only(true).idempotent(true).open_world(false);
        Tool::new(self.name, self.description, Arc::new(schema)).with_title(self.title).with_annotations(annotations)
    }

    /// What it asks, with these arguments.
    fn request(&self, mut arguments: JsonObject, language: Language) -> Option<Request<Body>> {
        let mut path = self.path.to_owned();
        let mut body = Body::empty();
        if self.method == Method::POST {
            body = Body::from(Value::Object(arguments).to_string());
        } else {
            if path.contains("{customer}") {
                let customer = arguments.remove("customer").as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
                let written = percent_encoding::utf8_percent_encode(&customer, percent_encoding::NON_ALPHANUMERIC).to_string();
                path = path.replace("{customer}", &written);
            }
            let mut query = form_urlencoded::Serializer::new(String::new());
            for (name, value) in &arguments {
                query.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
            }
            path = format!("{path}?{}", query.finish());
        }
        let request = Request::builder().method(self.method.clone()).uri(path).header(header::HOST, "localhost");
        let request = request.header(header::CONTENT_TYPE, "application/json").header(header::ACCEPT_LANGUAGE, language.code());
        request.extension(Origin("mcp")).body(body).ok()
    }
}

/// What answers an assistant.
#[derive(Clone)]
struct Assist {
    router: Router,
    language: Language,
}

impl ServerHandler for Assist {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("leidraad", leidraad::VERSION))
            .with_instructions(HOW)
    }

    async fn list_tools(&self, _: Option<PaginatedRequestParams>, _: RequestContext<RoleServer>) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(Asks::told).collect()))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        TOOLS.iter().find(|tool| tool.name == name).map(Asks::told)
    }

    async fn call_tool(&self, called: CallToolRequestParams, _: RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        let tool = TOOLS.iter().find(|tool| tool.name == called.name);
        let unknown = || ErrorData::invalid_params(format!("there is no tool `{}`", called.name), None);
        let tool = tool.ok_or_else(unknown)?;
        let request = tool.request(called.arguments.unwrap_or_default(), self.language);
        let request = request.ok_or_else(|| ErrorData::invalid_params("these arguments cannot be written as an address", None))?;
        // A router answers each request; there is nothing to go wrong before it.
        let Ok(response) = self.router.clone().oneshot(request).await;
        let is_error = !response.status().is_success();
        let body = response.into_body().collect().await.map_err(|cause| ErrorData::internal_error(cause.to_string(), None))?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        if is_error {
            return Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into());
        }
        let mut result = CallToolResult::success(vec![ContentBlock::text(text.clone())]);
        result.structured_content = serde_json::from_str(&text).ok();
        Ok(result.into())
    }
}

impl Service {
    /// Answers an assistant over standard input and output, until it has enough (MCP).
    ///
    /// # Errors
    /// What comes in is no MCP.
    pub async fn assist(self, language: Language) -> std::io::Result<()> {
        let (read, write) = rmcp::transport::stdio();
        self.assist_over(read, write, language).await
    }

    /// The same over any two streams.
    ///
    /// # Errors
    /// What comes in is no MCP.
    pub async fn assist_over<R, W>(self, read: R, write: W, language: Language) -> std::io::Result<()>
    where
        R: tokio::io::AsyncRead + Send + Unpin + 'static,
        W: tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let assist = Assist { router: self.router(), language };
        let running = assist.serve((read, write)).await.map_err(std::io::Error::other)?;
        running.waiting().await.map(|_| ()).map_err(std::io::Error::other)
    }
}
