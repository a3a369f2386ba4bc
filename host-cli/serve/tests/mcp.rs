//! An assistant that speaks MCP: what it is offered, what it is told.

mod run;

use leidraad::Language;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

/// What comes back of some calls, each a line, after the greeting.
async fn talked(calls: &[Value]) -> Vec<Value> {
    let (ours, theirs) = tokio::io::duplex(1 << 20);
    let (read, write) = tokio::io::split(theirs);
    let served = tokio::spawn(run::service().assist_over(read, write, Language::En));
    let (read, mut write) = tokio::io::split(ours);
    let mut lines = BufReader::new(read).lines();
    let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } });
    let mut answers = Vec::new();
    for call in std::iter::once(&hello).chain(calls) {
        write.write_all(format!("{call}\n").as_bytes()).await.unwrap();
        answers.push(serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap());
        if call["method"] == "initialize" {
            write.write_all(b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n").await.unwrap();
        }
    }
    drop((write, lines));
    served.await.unwrap().unwrap();
    answers
}

fn call(id: u32, name: &str, arguments: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": { "name": name, "arguments": arguments } })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assistant_answers_from_the_register() {
    let advice = json!({ "customer": "leiderdorp", "service": "jurist", "on": "2025-02-01", "facts": { "quantity": 20, "used": 592 } });
    let datalab = json!({ "customer": "leiderdorp", "service": "datalab", "on": "2026-05-01" });
    let answers = talked(&[
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" }),
        call(2, "ask", &advice),
        call(3, "why_not", &datalab),
        call(4, "timeline", &datalab),
        call(5, "list", &json!({ "customer": "oegstgeest", "domain": "ict", "outcome": "granted" })),
        call(6, "changes", &json!({ "customer": "oegstgeest" })),
        call(7, "facts", &json!({})),
        call(8, "ask", &json!({ "customer": "leidn", "service": "jurist", "colour": "red" })),
        call(9, "delete", &json!({})),
        call(10, "list", &json!({ "customer": "../policy" })),
    ])
    .await;
    assert!(answers[0]["result"]["instructions"].as_str().unwrap().contains("reference"));
    let tools = answers[1]["result"]["tools"].as_array().unwrap();
    assert_eq!(tools.len(), 8);
    assert!(tools.iter().all(|tool| tool["annotations"]["readOnlyHint"] == true && tool["inputSchema"]["type"] == "object"));
    let told = |at: usize| &answers[at]["result"]["structuredContent"];
    assert_eq!(told(2)["because"][0]["reference"], "DVO Leiderdorp 2025, art. 4 lid 2");
    assert_eq!(told(3)["why_not"]["day"], "2026-07-01");
    assert_eq!(told(4)["periods"][0]["outcome"], "refused");
    assert!(!told(5)["entitlements"].as_array().unwrap().is_empty());
    assert!(told(6)["differences"].is_array() && told(7)["facts"].is_array());
    // What is wrong is told with its place, so that it can be asked better.
    assert_eq!(answers[8]["result"]["isError"], true);
    let wrong: Value = serde_json::from_str(answers[8]["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(wrong["errors"][0]["location"]["pointer"], "/colour");
    assert!(answers[9]["error"]["message"].as_str().unwrap().contains("delete"));
    assert_eq!(answers[10]["result"]["isError"], true);
}
