import { randomBytes, randomUUID } from "node:crypto";
import pino from "pino";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aWorkspace, factsOf, useApp } from "../../../test/harness/harness.ts";
import { anAddress } from "../../../test/harness/scene.ts";
import { systemActor } from "../../kernel/actor.ts";
import { setTier } from "../../tiers/index.ts";
import { createHttp, type HttpServer } from "../http/server.ts";
import { BILLING_PATH, billingWebhook } from "./billing.ts";

const app = useApp();
const SECRET = `whsec_${randomBytes(24).toString("base64")}`;
const NEXT = `whsec_${randomBytes(24).toString("base64")}`;
let web: HttpServer;

function serve(secrets: readonly string[]): HttpServer {
  const log = pino({ level: "silent" });
  return createHttp({
    ...app(),
    log,
    acceptsLoopback: true,
    trustedProxies: [],
    extensions: [billingWebhook({ secrets, setTier })],
  });
}

beforeAll(() => {
  web = serve([SECRET, NEXT]);
});
afterAll(() => web.app.close());

interface Delivery {
  id?: string;
  secret?: string;
  at?: Date;
  /** Sent in place of the body that was signed. */
  tampered?: string;
  to?: HttpServer;
}

function deliver(
  event: unknown,
  { id = randomUUID(), secret = SECRET, at = new Date(), tampered, to = web }: Delivery = {},
) {
  const body = typeof event === "string" ? event : JSON.stringify(event);
  return to.app.inject({
    method: "POST",
    url: BILLING_PATH,
    remoteAddress: anAddress(),
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Webhook(secret).sign(id, at, body),
    },
    payload: tampered ?? body,
  });
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();
const paid = (workspace_id: string, tier_name: string, timestamp = ago(0), type = "subscription.updated") => ({
  type,
  timestamp,
  data: { workspace_id, tier_name, customer: "cus_1" },
});

async function tierOf(id: string): Promise<string> {
  const { rows } = await app().admin.query("select tier_name from workspaces where workspace_id = $1", [id]);
  return rows[0].tier_name;
}

describe("a signed event", () => {
  it("puts the workspace on the tier, by the billing system, with a fact; the end of a subscription on free", async () => {
    const { id } = await aWorkspace(app(), "free");
    const answer = await deliver(paid(id, "pro", ago(60), "subscription.created"));
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { type: "subscription.created", workspace_id: id, tier_name: "pro" },
    ]);
    const ended = await deliver({ type: "subscription.deleted", timestamp: ago(0), data: { workspace_id: id } });
    expect(ended.json()).toMatchObject({ tier_name: "free" });
    expect(await factsOf(app(), id)).toMatchObject([
      { type: "tier.changed", actor_kind: "system", actor_id: "billing", data: { from: "free", to: "pro" } },
      { type: "tier.changed", data: { from: "pro", to: "free", source: "billing", event_id: expect.any(String) } },
    ]);
  });

  it("of another kind is ignored, and each of the secrets signs", async () => {
    const answer = await deliver({ type: "invoice.paid", timestamp: ago(0), data: {} }, { secret: NEXT });
    expect([answer.statusCode, answer.json()]).toEqual([200, { ignored: true, type: "invoice.paid" }]);
  });

  it("delivered again, also side by side, is applied once and answered alike", async () => {
    const { id } = await aWorkspace(app(), "free");
    const event = paid(id, "pro");
    const delivery = { id: randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(event, delivery)));
    for (const { statusCode } of answers) expect([200, 409]).toContain(statusCode);
    const again = await deliver(event, delivery);
    expect([again.statusCode, again.json()]).toEqual([200, { type: event.type, workspace_id: id, tier_name: "pro" }]);
    expect(await factsOf(app(), id)).toHaveLength(1);
  });

  it("that comes late changes nothing, neither a newer event's work nor the operator's", async () => {
    const { id } = await aWorkspace(app(), "free");
    await deliver(paid(id, "agency", ago(10)));
    expect((await deliver(paid(id, "production", ago(20)))).statusCode).toBe(200);
    expect(await tierOf(id)).toBe("agency");
    await app().call(setTier, systemActor("operator", id), { tier_name: "pro" });
    await deliver(paid(id, "free", ago(5)));
    expect(await tierOf(id)).toBe("pro");
    await deliver(paid(id, "production", new Date(Date.now() + 1_000).toISOString()));
    expect(await tierOf(id)).toBe("production");
  });

  it("that says what is known already still outdates what is older", async () => {
    const { id } = await aWorkspace(app(), "pro");
    await deliver(paid(id, "pro", ago(1)));
    await deliver(paid(id, "free", ago(2)));
    expect(await tierOf(id)).toBe("pro");
    expect(await factsOf(app(), id)).toEqual([]);
  });
});

describe("what is refused", () => {
  it("unsigned, changed, old and foreign deliveries get the same refusal", async () => {
    const { id } = await aWorkspace(app(), "free");
    const event = paid(id, "agency");
    const unsigned = await web.app.inject({ method: "POST", url: BILLING_PATH, payload: event });
    const answers = [
      unsigned,
      await deliver(event, { tampered: JSON.stringify(event).replace("agency", "pro") }),
      await deliver(event, { at: new Date(Date.now() - 301_000) }),
      await deliver(event, { secret: `whsec_${randomBytes(24).toString("base64")}` }),
    ];
    const refusals = answers.map((answer) => ({ status: answer.statusCode, ...answer.json(), request_id: "" }));
    expect(refusals[0]).toMatchObject({ status: 401, code: "unauthenticated" });
    expect(new Set(refusals.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await tierOf(id)).toBe("free");
  });

  it("what does not fit names the field, and an unknown workspace is not found", async () => {
    const { id } = await aWorkspace(app(), "free");
    for (const [event, path] of [
      ["not json", ""],
      [{ ...paid(id, "pro"), timestamp: "yesterday" }, "/timestamp"],
      [{ ...paid(id, "pro"), data: null }, "/data"],
      [paid("no id", "pro"), "/data/workspace_id"],
      [paid(id, "gold"), "/data/tier_name"],
    ] as const) {
      const answer = await deliver(event);
      expect(answer.json(), path).toMatchObject({ status: 400, code: "invalid_input" });
      expect(answer.json().errors[0].path).toBe(path);
    }
    expect((await deliver(paid(randomUUID(), "pro"))).statusCode).toBe(404);
    const large = { ...paid(id, "pro"), more: "x".repeat(70_000) };
    expect((await deliver(large)).statusCode).toBe(413);
  });

  it("without a secret there is no such route", async () => {
    const { id } = await aWorkspace(app(), "free");
    const closed = serve([]);
    expect((await deliver(paid(id, "pro"), { to: closed })).statusCode).toBe(404);
    await closed.app.close();
  });
});
