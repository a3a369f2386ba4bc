// Our answers of one day as policies of Cerbos and as specs of Lemma; and whether each of them says the same of every cell.
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

// In Lemma a spec is named by letters, digits and lines below.
const spec = (service) => service.replace(/[^a-z0-9]/g, "_");
const who = (service) => cells.flatMap((cell, at) => (cell.service === service && may(results[at]) ? [cell.customer] : []));

/** What writes our answers down, and what asks for one of them again. */
const peers = {
  cerbos: {
    written(service) {
      const roles = who(service);
      const rules = roles.length === 0 ? [] : [{ actions: ["use"], effect: "EFFECT_ALLOW", roles }];
      const policy = { apiVersion: "api.cerbos.dev/v1", resourcePolicy: { resource: service, version: "default", rules } };
      return [`${service.replace("/", "_")}.json`, JSON.stringify(policy)];
    },
    async may(customer, service) {
      const body = { requestId: "1", principal: { id: "x", roles: [customer] }, resources: [{ actions: ["use"], resource: { kind: service, id: "x" } }] };
      return (await posted(`${target}/api/check/resources`, body)).results[0].actions.use === "EFFECT_ALLOW";
    },
  },
  lemma: {
    written(service) {
      const options = customers.map(({ id }) => `  -> option "${id}"\n`).join("");
      const cases = who(service).map((id) => `  unless customer is "${id}" then yes\n`).join("");
      return [`${spec(service)}.lemma`, `spec ${spec(service)}\n\ndata customer: text\n${options}\nrule entitled: no\n${cases}`];
    },
    async may(customer, service) {
      const { results } = await posted(`${target}/${spec(service)}?rules=entitled`, { customer });
      return results.entitled.boolean;
    },
  },
};

const [task, name] = what.split(":");
const peer = peers[name];
if (task === "written") {
  mkdirSync(target, { recursive: true });
  for (const service of services) {
    const [file, text] = peer.written(service.id);
    writeFileSync(`${target}/${file}`, text);
  }
} else {
  let granted = 0;
  for (const [at, { customer, service }] of cells.entries()) {
    const said = await peer.may(customer, service);
    assert.equal(said, may(results[at]), `${name}: ${customer}, ${service}`);
    granted += said ? 1 : 0;
  }
  console.log(`${name}: ${cells.length} cells, ${granted} granted: both say the same`);
}
