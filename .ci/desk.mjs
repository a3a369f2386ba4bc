// A clerk at the desk: five questions as they come in by telephone, each in four ways; and what axe-core finds on any page.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert";

const [base, personal, executablePath, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"] });

// What is asked; the facts that are filled in, one after the other, each once the page asks for it; what the answer begins with.
const questions = [
  { name: "1 bode", customer: "zoeterwoude", service: "bode", facts: [], begins: "Nog niet te zeggen" },
  { name: "3 jurist", customer: "leiderdorp", service: "jurist", facts: [["f-quantity", "20"], ["f-used", "592"]], begins: "Ja, deels onder voorwaarden: Leiderdorp" },
  { name: "11 werkplek", customer: "oegstgeest", service: "werkplek", facts: [["f-fte", "100"], ["f-quantity", "5"], ["f-used", "107"], ["f-fte", "102"]], begins: "Ja: Oegstgeest" },
  { name: "15 helpdesk", customer: "soz", service: "helpdesk", facts: [["f-channel", "phone"]], begins: "Nee: Serviceorganisatie Zorg" },
  { name: "28 opgezegd", customer: "zoeterwoude", service: "bode", facts: [["f-notice_given", "false"]], begins: "Ja: Zoeterwoude" },
];

const select = async (page, name, value) => {
  const field = page.locator(`[name="${name}"]`);
  if ((await field.evaluate((own) => own.tagName)) === "SELECT") await field.selectOption(value);
  else await field.fill(value);
};

// With the keyboard alone: the field is reached by Tab, and written to as it comes.
const reach = async (page, name) => {
  for (let steps = 0; steps < 60; steps += 1) {
    if ((await page.evaluate(() => document.activeElement?.getAttribute("name"))) === name) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} is not reached by keyboard`);
};
const type = async (page, name, value) => {
  await page.locator("h1").click();
  await page.locator("main").focus();
  await reach(page, name);
  const text = await page.evaluate(([name, value]) => {
    const own = document.querySelector(`[name="${name}"]`);
    return own.tagName === "SELECT" ? [...own.options].find((option) => option.value === value).text : null;
  }, [name, value]);
  if (text === null) {
    await page.keyboard.press("Control+A");
    await page.keyboard.type(value);
    await page.keyboard.press("Escape");
  } else await page.keyboard.type(text);
};

const idOf = async (page, name) =>
  page.locator("[name=customer] option").evaluateAll((all, name) => all.map((one) => one.value).find((value) => value === name) ?? all.find((one) => one.text.includes("Zorg")).value, name);

const journey = async (way, options, put, submit) => {
  const context = await browser.newContext({ locale: "nl-NL", ...options });
  for (const question of questions) {
    const page = await context.newPage();
    await page.goto(`${base}/nl`);
    await put(page, "customer", await idOf(page, question.customer));
    await put(page, "service", question.service);
    await submit(page);
    for (const [name, value] of question.facts) {
      await put(page, name, value);
      await submit(page);
    }
    const told = await page.locator("#answer").innerText();
    assert.ok(told.startsWith(question.begins), `${way}, ${question.name}: ${told}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(wide <= 0, `${way}, ${question.name}: ${wide} pixels too wide`);
    if (shots) await page.screenshot({ path: `${shots}/${way}-${question.name.replace(" ", "-")}.png`, fullPage: true });
    await page.close();
  }
  await context.close();
  console.log(`${way}: ${questions.length} questions answered`);
};

const click = async (page) => {
  await Promise.all([page.waitForLoadState("load"), page.locator("main form button[type=submit]").first().click()]);
  await page.waitForLoadState("networkidle");
};
const enter = async (page) => {
  await page.locator("h1").click();
  for (let steps = 0; steps < 60; steps += 1) {
    if (await page.evaluate(() => document.activeElement?.matches("main form button[type=submit]"))) break;
    await page.keyboard.press("Tab");
  }
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
};

await journey("mouse", { viewport: { width: 1200, height: 900 } }, select, click);
await journey("keyboard", { viewport: { width: 1200, height: 900 } }, type, enter);
await journey("without a script", { javaScriptEnabled: false, viewport: { width: 1200, height: 900 } }, select, click);
await journey("telephone", { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }, select, click);

// What is personal goes as a form: a browser has to be let in with it, and no address may have it.
for (const javaScriptEnabled of [true, false]) {
  const context = await browser.newContext({ locale: "nl-NL", javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(`${personal}/nl?customer=leiden&service=zorgverlof`);
  await select(page, "f-illness", "chronic");
  await click(page);
  const told = await page.locator("#answer").innerText();
  assert.ok(told.startsWith("Ja: Leiden"), `a form with what is personal: ${told}`);
  assert.ok(!page.url().includes("chronic"), page.url());
  await context.close();
}
console.log("a personal fact is sent as a form");

const pages = [
  "", "?customer=leiderdorp&service=jurist&f-quantity=20&f-used=592", "?customer=zoeterwoude&service=bode", "?customer=x&service=advies&on=x",
  "/customers/oegstgeest", "/matrix", "/matrix?domain=ict&outcome=granted", "/timeline?customer=leiderdorp&service=datalab",
  "/changes?since=2025-12-31", "/proposals", "/rules/dvo-leiderdorp/2025-1/advice-hours", "/customers/nobody",
];
let found = 0;
// Every night, each colour at each width.
const ways = process.env.LEIDRAAD_NIGHT ? [["light", 1200], ["dark", 1200], ["light", 360], ["dark", 360]] : [["light", 1200], ["dark", 360]];
for (const [colorScheme, width] of ways) {
  const context = await browser.newContext({ colorScheme, bypassCSP: true, viewport: { width, height: 900 } });
  const page = await context.newPage();
  for (const language of ["nl", "en"]) {
    const own = [...pages];
    for (let at = 0; at < own.length; at += 1) {
      await page.goto(`${base}/${language}${own[at]}`);
      if (own[at] === "/proposals") own.push(...(await page.locator("main h2 a").evaluateAll((all) => all.map((one) => new URL(one.href).pathname.slice(3)))));
      await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      await page.evaluate(axe);
      const told = await page.evaluate(() => axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      assert.ok(told.passes.length > 5, `${own[at]}: ${told.passes.length} rules hold`);
      for (const violation of told.violations) {
        found += 1;
        console.log(`${colorScheme} ${width} /${language}${own[at]}: ${violation.id}: ${violation.nodes.map((node) => node.html).slice(0, 2).join(" | ")}`);
      }
    }
  }
  await context.close();
}
console.log(`axe-core: ${found} findings`);
await browser.close();
process.exit(found === 0 ? 0 : 1);
