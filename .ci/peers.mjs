// Our answers of one day as policies of Cerbos; and whether both say the same of every cell.
import { mkdirSync, writeFileSync } from "node:fs";
import assert from "node:assert";

const [what, ours, target] = process.argv.slice(2);
const posted = async (address, body) => {
  const answer = await fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
};
const listed = async (name) => (await (await fetch(`${ours}/v1/${name}`)).json())[name];
const [customers, services] = [await listed("customers"), await listed("services")];
const cells = customers.flatMap((customer) => services.map((service) => ({ customer: customer.id, service: service.id })));
const asked = cells.map((cell) => ({ ...cell, on: "2026-07-01", facts: { used: 0 } }));
const { results } = await posted(`${ours}/v1/decision-batches`, { questions: asked });
const may = (result) => result.decision?.outcome === "granted";

if (what === "policies") {
  mkdirSync(target, { recursive: true });
  for (const service of services) {
    const roles = cells.flatMap((cell, at) => (cell.service === service.id && may(results[at]) ? [cell.customer] : []));
    const rules = roles.length === 0 ? [] : [{ actions: ["use"], effect: "EFFECT_ALLOW", roles }];
    const policy = { apiVersion: "api.cerbos.dev/v1", resourcePolicy: { resource: service.id, version: "default", rules } };
    writeFileSync(`${target}/${service.id.replace("/", "_")}.json`, JSON.stringify(policy));
  }
} else {
  let granted = 0;
  for (const [at, { customer, service }] of cells.entries()) {
    const body = { requestId: "1", principal: { id: "x", roles: [customer] }, resources: [{ actions: ["use"], resource: { kind: service, id: "x" } }] };
    const said = (await posted(`${target}/api/check/resources`, body)).results[0].actions.use === "EFFECT_ALLOW";
    assert.equal(said, may(results[at]), `${customer}, ${service}`);
    granted += said ? 1 : 0;
  }
  console.log(`${cells.length} cells, ${granted} granted: both say the same`);
}
