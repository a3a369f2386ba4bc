//! The desk: what a clerk reads, without a script; and names that would break out of a page.

mod run;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use insta::assert_snapshot;

use run::{ask, get, service, service_of};

/// The text of a page as it is read: its main part, without markup.
fn read(html: &str) -> String {
    let main = html.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    let mut text = String::new();
    let mut depth = false;
    for c in main.split_once('>').unwrap().1.chars() {
        match c {
            '<' => depth = true,
            '>' => {
                depth = false;
                text.push('\n');
            }
            c if !depth => text.push(c),
            _ => {}
        }
    }
    let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The answer of a page: from its heading on.
fn answer(html: &str) -> String {
    let section = html.split_once("<section class=\"answer").unwrap_or_else(|| panic!("no answer: {}", read(html))).1;
    read(&format!("<main>{}</main>", section.split_once('>').unwrap().1.split_once("</section>").unwrap().0))
}

async fn page(path: &str) -> String {
    let answer = get(&service().router(), path, &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"), "{path}: {}", answer.text);
    answer.text
}

/// Questions 1, 3, 11, 15 and 28 of the desk, as their pages answer them.
#[tokio::test(flavor = "multi_thread")]
async fn five_questions_of_the_desk() {
    assert_snapshot!("bode", answer(&page("/nl?customer=zoeterwoude&service=bode&on=2026-11-30").await));
    assert_snapshot!("jurist", answer(&page("/nl?customer=leiderdorp&service=jurist&on=2026-11-30&f-quantity=20+uur&f-used=592").await));
    assert_snapshot!(
        "werkplek",
        answer(&page("/nl?customer=oegstgeest&service=werkplek&on=2026-11-30&f-fte=100&f-quantity=5&f-used=107").await)
    );
    assert_snapshot!("helpdesk", answer(&page("/nl?customer=soz&service=helpdesk&on=2026-11-30&f-channel=telefoon").await));
    assert_snapshot!("helpdesk-en", answer(&page("/en?customer=soz&service=helpdesk&on=2026-11-30&f-channel=phone").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_depends_on_is_asked_for() {
    let open = page("/nl?customer=zoeterwoude&service=bode&on=2026-11-30").await;
    assert!(open.contains("name=\"f-notice_given\"") && open.contains("Hiervan hangt het af"), "{open}");
    assert!(!open.contains("name=\"f-quantity\""), "nothing else is asked for");
    let quota = page("/nl?customer=leiderdorp&service=juridisch+advies&on=2026-11-30").await;
    assert!(quota.contains("name=\"f-quantity\"") && quota.contains("name=\"f-used\"") && quota.contains("in uur"), "{quota}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_right_is_told_at_its_field() {
    let wrong = page("/nl?customer=leidn&service=advies&on=31-02-2025&f-quantity=veel").await;
    for (field, told) in [("customer", "bedoelt u"), ("service", "advies"), ("on", "geen bestaande datum")] {
        let error = wrong.split_once(&format!("id=\"w-{field}\"")).unwrap_or_else(|| panic!("{field}: {wrong}")).1;
        assert!(error.split_once("</span>").unwrap().0.to_lowercase().contains(told), "{field}: {error}");
    }
    assert!(page("/nl?customer=leiden").await.contains("Kies een dienst."));
}

/// What may be meant stands below a name that nothing bears: as links, which keep the rest of the question.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_meant_is_a_link() {
    for path in ["/nl", "/nl/timeline"] {
        let html = page(&format!("{path}?customer=leiderdorp&service=datalap&f-datalab=true&on=2025-02-01")).await;
        let meant = html.split_once("Bedoelt u:").unwrap_or_else(|| panic!("{html}")).1;
        let link = meant.split_once("href=\"").unwrap().1.split_once('"').unwrap().0.replace("&amp;", "&");
        assert!(link.starts_with("?customer=leiderdorp") && link.contains("on=2025-02-01") && link.contains("service="), "{link}");
        assert!(!link.contains("datalap"), "{link}");
        assert!(!page(&format!("{path}{link}")).await.contains("Bedoelt u:"));
    }
    let nothing = page("/nl?customer=leiderdorp&service=qqqqqqqq").await;
    assert!(nothing.contains("id=\"w-service\"") && !nothing.contains("Bedoelt u:"));
}

/// No page has so many fields: where they stand makes no difference.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_has_an_end() {
    let router = service().router();
    let many = "f-quantity=1&".repeat(501);
    for path in ["/nl", "/nl/matrix", "/nl/timeline", "/nl/changes", "/nl/customers/leiden"] {
        let answer = get(&router, &format!("{path}?{many}"), &[]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.text.contains("hoogstens 200 velden"), "{path}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn today_stands_in_the_timeline() {
    let html = page("/en/timeline?customer=leiderdorp&service=legal/advice").await;
    assert_eq!((html.matches("aria-current=\"date\"").count(), html.matches("class=\"today\"").count()), (1, 1), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there_in_both_languages() {
    let paths = [
        "",
        "/customers/oegstgeest",
        "/customers/oegstgeest?domain=ict&outcome=granted&text=a",
        "/matrix",
        "/matrix?on=2022-12-31",
        "/timeline?customer=leiderdorp&service=datalab",
        "/changes?since=2025-12-31&until=2026-12-31&customer=leiderdorp",
        "/proposals",
        "/rules/dvo-leiderdorp/2025-1/advice-hours",
    ];
    for language in ["nl", "en"] {
        for path in paths {
            let html = page(&format!("/{language}{path}")).await;
            assert!(html.contains(&format!("<html lang=\"{language}\">")) && html.contains("<h1>"), "{path}");
            assert_eq!(html.matches("<h1>").count(), 1, "{path}");
            assert!(!html.contains("style=\""), "{path}: no style that the policy of the page forbids");
        }
    }
    let proposals = page("/en/proposals").await;
    let links = proposals.match_indices("href=\"/en/proposals/").map(|(at, _)| proposals[at + 6..].split('"').next().unwrap().to_owned());
    let links: Vec<String> = links.collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(page(&link).await.contains("With the proposal"), "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_a_page_too() {
    let router = service().router();
    for path in
        ["/nl/customers/nobody", "/nl/rules/dvo-leiderdorp/2025-1/nothing", "/nl/rules/x/y/z", "/nl/proposals/x/y", "/nl/nothing", "/nl/"]
    {
        let answer = get(&router, path, &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"), "{path}");
        assert!(answer.text.contains("Niet gevonden"), "{path}");
    }
    let answer = get(&router, "/fr", &[]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let home = get(&router, "/", &[("accept-language", "en")]).await;
    assert_eq!((home.status, home.header("location")), (StatusCode::SEE_OTHER, "/en"));
}

/// Names, texts and keys of a register that would break out of a page, and what somebody types that would.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_stay_text() {
    let folder = tempfile::tempdir().unwrap();
    let evil = "<script>alert(1)</script>\\\"><img src=x onerror=alert(1)>";
    let files = [
        (
            "register.toml",
            format!(
                "name = \"{evil}\"\nformat = 1\ntime_zone = 'Europe/Amsterdam'\nlanguages = ['nl', 'en']\nlevel = [{{ id = 'standard', nl = \"{evil}\", en = 'standard' }}]\nrank = [{{ id = 'agreement', nl = 'a', en = 'a' }}]\n"
            ),
        ),
        ("customers.toml", format!("customer.leiden.name = \"{evil}\"")),
        ("facts.toml", format!("[fact.channel]\ntype = 'text'\nvalues = [\"{evil}\", 'desk']\nnl = \"{evil}\"\nen = 'channel'\n")),
        (
            "services/legal.toml",
            format!(
                "domain = {{ id = 'legal', nl = \"{evil}\", en = 'l' }}\nservice.advice = {{ nl = \"{evil}\", en = 'a', synonyms = [\"'{evil}\"] }}"
            ),
        ),
        (
            "rulesets/dvo/1/ruleset.toml",
            format!(
                "rank = 'agreement'\ndecided = 2022-12-15\nfrom = 2023-01-01\nreference = \"BWBR0007376 {evil}\"\ntitle = {{ nl = \"{evil}\" }}"
            ),
        ),
        (
            "rulesets/dvo/1/rules.toml",
            format!(
                "[[rule]]\nid = 'all'\nwhen = {{ channel = 'desk' }}\ngrant = {{ level = 'standard' }}\nbecause = {{ nl = \"{evil}\", en = 'x', reference = \"javascript:alert(1)\" }}\n"
            ),
        ),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let router = service_of(folder.path()).router();
    let typed = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E%3Cimg+src%3Dx%3E";
    let paths = [
        "/nl".to_owned(),
        "/nl/matrix".to_owned(),
        "/nl/customers/leiden".to_owned(),
        "/nl?customer=leiden&service=legal/advice".to_owned(),
        "/nl?customer=leiden&service=legal/advice&f-channel=desk".to_owned(),
        "/nl/timeline?customer=leiden&service=legal/advice&f-channel=desk".to_owned(),
        "/nl/changes?since=2022-01-01".to_owned(),
        "/nl/rules/dvo/1/all".to_owned(),
        format!("/nl?customer={typed}&service={typed}&on={typed}&f-{typed}={typed}"),
        format!("/nl/matrix?domain={typed}&text={typed}&outcome={typed}"),
        format!("/nl/customers/{}", typed.replace('+', "%20")),
        format!("/nl/rules/{t}/{t}/{t}", t = typed.replace('+', "%20")),
    ];
    for path in paths {
        let answer = get(&router, &path, &[]).await;
        assert!(answer.status == StatusCode::OK || answer.status == StatusCode::NOT_FOUND, "{path}: {} {}", answer.status, answer.text);
        for broken in ["<script>alert", "<img", "href=\"javascript:"] {
            assert!(!answer.text.contains(broken), "{path}: {}", answer.text);
        }
    }
}

/// What is personal is sent as a form, stands in no address, and is taken from none.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_personal_stands_in_no_address() {
    let router = service_of(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/personal")).router();
    let open = get(&router, "/nl?customer=leiden&service=zorgverlof", &[]).await.text;
    assert!(open.contains("<form class=\"ask\" method=\"post\"") && open.contains("name=\"f-illness\""), "{open}");
    let head = [("sec-fetch-site", "same-origin"), ("origin", "null")];
    let form = "customer=leiden&service=zorgverlof&f-illness=chronic";
    let sent = ask(&router, Method::POST, "/nl", &head, Body::from(form)).await;
    assert!(sent.status == StatusCode::OK && answer(&sent.text).starts_with("Ja: Leiden"), "{}", sent.text);
    assert!(!sent.text.contains("illness=chronic"), "no link has it");
    for path in ["/nl?", "/nl/timeline?"] {
        let told = get(&router, &format!("{path}{form}"), &[]).await.text;
        assert!(told.contains("Dit gaat over een persoon") && !told.contains("class=\"answer"), "{told}");
        assert!(!told.contains("illness=chronic"), "{told}");
    }
    // Nor where the rest of the question is not right, or on a page that asks for no facts.
    for path in [
        "/nl?f-illness=chronic",
        "/nl?customer=leiden&f-illness=chronic",
        "/nl?customer=x&service=y&f-illness=chronic",
        "/nl/timeline?f-illness=chronic",
        "/nl/matrix?f-illness=chronic",
        "/nl/customers/leiden?f-illness=chronic",
        "/nl/changes?f-illness=chronic",
    ] {
        let told = get(&router, path, &[]).await.text;
        assert!(!told.contains("value=\"chronic\" selected") && !told.contains("illness=chronic"), "{path}: {told}");
    }
    // A form of a thousand names is none of ours, and what is too long to be meant is told once.
    let many = (0..1_000).map(|at| format!("&f-{at}=1")).collect::<Vec<_>>().concat();
    assert_eq!(
        ask(&router, Method::POST, "/nl", &head, Body::from(format!("customer=leiden{many}"))).await.status,
        StatusCode::BAD_REQUEST
    );
    let long = format!("customer=leiden&service=zorgverlof&z={}&f-illness={}", "z".repeat(100_000), "i".repeat(100_000));
    let told = ask(&router, Method::POST, "/nl/timeline", &head, Body::from(long)).await.text;
    assert!(told.contains("Dit is te lang") && told.len() < 10_000, "{}", told.len());
    // A fact that there is not is told as well, wherever it has no field.
    for path in ["/nl?", "/nl/timeline?"] {
        let told = get(&router, &format!("{path}customer=leiden&service=zorgverlof&f-ziekt=x"), &[]).await.text;
        assert!(told.contains("class=\"error\""), "{told}");
    }
}
