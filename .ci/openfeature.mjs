// Flags by the official provider of OpenFeature, as an application in another language evaluates them.
import { OpenFeature } from "@openfeature/server-sdk";
import { OFREPProvider } from "@openfeature/ofrep-provider";
import assert from "node:assert";

await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: process.argv[2] }));
const client = OpenFeature.getClient();
const advice = await client.getBooleanDetails("legal/advice", false, { targetingKey: "leiderdorp", quantity: 20, used: 592 });
assert.deepEqual([advice.value, advice.variant, advice.reason], [true, "standard", "TARGETING_MATCH"]);
const open = await client.getBooleanDetails("facilities/messenger", true, { targetingKey: "zoeterwoude" });
assert.deepEqual([open.value, open.variant], [false, "undetermined"]);
assert.match(open.reason, /^NEEDS: /);
const unknown = await client.getBooleanDetails("legal/nothing", true, { targetingKey: "leiden" });
assert.deepEqual([unknown.value, unknown.errorCode], [true, "FLAG_NOT_FOUND"]);
const nobody = await client.getBooleanDetails("legal/advice", false, {});
assert.equal(nobody.errorCode, "TARGETING_KEY_MISSING");
console.log("4 evaluations as they should be");
await OpenFeature.close();
