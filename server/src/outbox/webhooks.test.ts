import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { dispatchOn, later } from "../../test/harness/team.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { cancelTask } from "../tasks/operations/cancel-task.ts";
import { createWebhook } from "./operations/create-webhook.ts";
import { deleteWebhook } from "./operations/delete-webhook.ts";
import { getWebhook } from "./operations/get-webhook.ts";
import { listDeliveries } from "./operations/list-deliveries.ts";
import { redeliverDelivery } from "./operations/redeliver-delivery.ts";
import { rotateWebhook } from "./operations/rotate-webhook.ts";
import { sendWebhookTest } from "./operations/send-webhook-test.ts";
import { takeDeliveries } from "./operations/take-deliveries.ts";
import { updateWebhook } from "./operations/update-webhook.ts";
import { TARGETS_MAX } from "./schema.ts";
import { followAll, sendAll, useReceiver } from "./test-receiver.ts";

const env = testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } });
const app = useApp({ env });
const receiver = useReceiver();

const aWebhook = ({ owner }: TestWorkspace, fact_types: string[] = ["task.*"]) =>
  app().call(createWebhook, owner, { url: `${receiver.url}/in`, fact_types });

async function aTeam() {
  const workspace = await aWorkspace(app());
  return { workspace, owner: workspace.owner, agent: await anAgent(app(), workspace) };
}

const deliveriesOf = async ({ owner }: TestWorkspace, id: string) =>
  (await app().call(listDeliveries, owner, { id })).items;

describe("a delivery", () => {
  test("is the fact, signed so that the official library verifies it", async () => {
    const { workspace, owner, agent } = await aTeam();
    const { id, secret } = await aWebhook(workspace);
    const task = await aTask(app(), owner, agent);
    await sendAll(app(), workspace.id);
    const [one] = receiver.received;
    expect(one?.body).toMatchObject({ type: "task.created", data: { subject: { kind: "task", id: task.id } } });
    expect(one?.body.timestamp).toBe(one?.body.data.created_at);
    const headers = one?.headers as Record<string, string>;
    expect(new Verifier(secret).verify(one?.text ?? "", headers)).toEqual(one?.body);
    expect(() => new Verifier(secret).verify(`${one?.text} `, headers)).toThrow();
    const [delivery] = await deliveriesOf(workspace, id);
    expect(delivery).toMatchObject({ id: one?.id, status: "delivered", attempt: 1, response_status: 204, error: null });
    expect(await app().call(getWebhook, owner, { id })).toMatchObject({ pending: 0, last_status: 204 });
  });

  test("of a large fact has the short form of its data, signed", async () => {
    const { workspace, owner, agent } = await aTeam();
    const { secret } = await aWebhook(workspace, ["task.progress"]);
    const { id, fence } = await aRunningTask(app(), owner, agent);
    const report = (text: string) =>
      app().call(addTaskEvent, agent, { id, fence, type: "progress", payload: { step: 1, text } });
    await report("x".repeat(40 * 1024));
    await report("x".repeat(100 * 1024));
    await sendAll(app(), workspace.id);
    const [whole, short] = receiver.received;
    expect(whole?.body.data.data).toEqual({ step: 1, text: "x".repeat(40 * 1024) });
    const bytes = JSON.stringify({ step: 1, text: "x".repeat(100 * 1024) }).length;
    const shown = {
      step: 1,
      text: expect.stringMatching(/^x+/),
      payload_bytes: bytes,
      payload_sha256: expect.any(String),
    };
    expect(short?.body.data).toMatchObject({ subject: { id }, data: shown });
    expect(short?.text.length).toBeLessThan(4_096);
    expect(new Verifier(secret).verify(short?.text ?? "", short?.headers as Record<string, string>)).toEqual(
      short?.body,
    );
  });

  test("is signed with both secrets for a day after a rotation", async () => {
    const { workspace, owner } = await aTeam();
    const { id, secret: old } = await aWebhook(workspace);
    const { secret } = await app().call(rotateWebhook, owner, { id });
    await app().call(sendWebhookTest, owner, { id });
    await sendAll(app(), workspace.id);
    await later(app(), 86_401, async () => {
      await app().call(sendWebhookTest, owner, { id });
      await sendAll(app(), workspace.id);
    });
    const verifies = (key: string) =>
      receiver.received.map(({ text, headers }) => {
        try {
          return Boolean(new Verifier(key).verify(text, headers as Record<string, string>));
        } catch {
          return false;
        }
      });
    expect([verifies(secret), verifies(old)]).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  test("goes only to webhooks that get its type, and begins with the webhook", async () => {
    const { workspace, owner, agent } = await aTeam();
    await aTask(app(), owner, agent);
    const all = await aWebhook(workspace, ["*"]);
    const other = await aWebhook(workspace, ["agent.paused", "task.canceled"]);
    const task = await aTask(app(), owner, agent);
    await app().call(cancelTask, owner, { id: task.id });
    await sendAll(app(), workspace.id);
    const types = async (id: string) => (await deliveriesOf(workspace, id)).map(({ fact_type }) => fact_type).reverse();
    expect(await types(all.id)).toEqual(["webhook.created", "task.created", "task.canceled"]);
    expect(await types(other.id)).toEqual(["task.canceled"]);
  });

  test("to a receiver that was down for an hour comes at least once, in order, with the same id", async () => {
    const { workspace, owner, agent } = await aTeam();
    const { id } = await aWebhook(workspace);
    const made = [await aTask(app(), owner, agent), await aTask(app(), owner, agent)];
    for (const task of made) await app().call(cancelTask, owner, { id: task.id });
    receiver.answer = () => ({ status: 503 });
    const steps = [0, 10, 60, 240, 900, 1_200, 1_140];
    for (const seconds of steps) {
      app().clock.offsetMs += seconds * 1_000;
      await sendAll(app(), workspace.id);
    }
    const failed = receiver.received.splice(0);
    expect(new Set(failed.map(({ body }) => body.type))).toEqual(new Set(["task.created"]));
    expect(failed.length).toBeGreaterThan(made.length * 3);
    receiver.answer = () => ({ status: 200 });
    app().clock.offsetMs += 4_400_000;
    await sendAll(app(), workspace.id);
    app().clock.offsetMs = 0;
    for (const { id: subject } of made) {
      const got = receiver.received.filter(({ body }) => body.data.subject.id === subject);
      expect(got.map(({ body }) => body.type)).toEqual(["task.created", "task.canceled"]);
      expect(failed.filter(({ body }) => body.data.subject.id === subject).map((one) => one.id)).toContain(got[0]?.id);
    }
    expect(new Set([...failed, ...receiver.received].map((one) => one.id)).size).toBe(4);
    expect(await app().call(getWebhook, owner, { id })).toMatchObject({ pending: 0, consecutive_failures: 0 });
  });

  test("is dead after seven attempts, and a redelivery sends it again with the same id", async () => {
    const { workspace, owner, agent } = await aTeam();
    const { id } = await aWebhook(workspace);
    const task = await aTask(app(), owner, agent);
    await app().call(cancelTask, owner, { id: task.id });
    receiver.answer = ({ body }) => ({ status: body.type === "task.created" ? 302 : 200 });
    for (let round = 0; round < 7; round++) {
      await sendAll(app(), workspace.id);
      app().clock.offsetMs += 18_000_000;
    }
    const [canceled, created] = await deliveriesOf(workspace, id);
    expect(created).toMatchObject({ status: "dead", attempt: 7, response_status: 302, next_attempt_at: null });
    // The next fact of the subject goes as soon as the first is dead.
    expect(canceled).toMatchObject({ status: "delivered", attempt: 1 });
    receiver.answer = () => ({ status: 200 });
    const again = await app().call(redeliverDelivery, owner, { id: created?.id ?? "" });
    expect(again).toMatchObject({ status: "pending", attempt: 7 });
    expect(await problemOf(app().call(redeliverDelivery, owner, { id: again.id }))).toMatchObject({ code: "conflict" });
    await sendAll(app(), workspace.id);
    app().clock.offsetMs = 0;
    expect((await deliveriesOf(workspace, id))[1]).toMatchObject({ status: "delivered", attempt: 8 });
    expect(
      new Set(receiver.received.filter(({ body }) => body.type === "task.created").map((one) => one.id)).size,
    ).toBe(1);
  });

  test("waits as long as the receiver says", async () => {
    const { workspace, owner } = await aTeam();
    const { id } = await aWebhook(workspace);
    await app().call(sendWebhookTest, owner, { id });
    receiver.answer = () => ({ status: 429, headers: { "retry-after": "600" } });
    await sendAll(app(), workspace.id);
    const [one] = await deliveriesOf(workspace, id);
    const waitMs = Date.parse(one?.next_attempt_at ?? "") - Date.now();
    expect(waitMs).toBeGreaterThan(500_000);
    expect(one).toMatchObject({ status: "pending", response_status: 429, error: "The receiver answered 429." });
  });

  test("whose process ends between the attempt and the result is sent again with the same id", async () => {
    const { workspace, owner } = await aTeam();
    const { id } = await aWebhook(workspace);
    const { id: delivery } = await app().call(sendWebhookTest, owner, { id });
    const take = () => dispatchOn(app())(takeDeliveries, workspace.id, { target_id: id, most: 4 });
    expect(await take()).toMatchObject({ items: [{ id: delivery, attempt: 1 }] });
    expect(await take()).toEqual({ items: [] });
    await later(app(), 31, () => sendAll(app(), workspace.id));
    expect(receiver.received.map((one) => one.id)).toEqual([delivery]);
    expect(await deliveriesOf(workspace, id)).toMatchObject([{ status: "delivered", attempt: 2 }]);
  });

  test("is sent once by two processes that send at the same time", async () => {
    const { workspace, owner, agent } = await aTeam();
    await aWebhook(workspace);
    await Promise.all(Array.from({ length: 12 }, () => aTask(app(), owner, agent)));
    const second = createSecondApp(app(), { env });
    await Promise.all([followAll(app(), workspace.id), followAll(second, workspace.id)]);
    await Promise.all([sendAll(app(), workspace.id), sendAll(second, workspace.id)]);
    await sendAll(app(), workspace.id);
    await second.close();
    expect(receiver.received.length).toBe(12);
    expect(new Set(receiver.received.map((one) => one.id)).size).toBe(12);
  });
});

describe("a webhook", () => {
  test("that is deleted gets nothing more, also from an attempt that was on its way", async () => {
    const { workspace, owner } = await aTeam();
    const { id } = await aWebhook(workspace);
    for (let n = 0; n < 5; n++) await app().call(sendWebhookTest, owner, { id });
    let deleted: Promise<unknown> | undefined;
    receiver.answer = () => {
      deleted ??= app().call(deleteWebhook, owner, { id });
      return { status: 500 };
    };
    await sendAll(app(), workspace.id);
    await deleted;
    const count = receiver.received.length;
    expect(count).toBeLessThanOrEqual(5);
    await later(app(), 100, () => sendAll(app(), workspace.id));
    expect(receiver.received.length).toBe(count);
    expect(await problemOf(app().call(getWebhook, owner, { id }))).toMatchObject({ code: "not_found" });
    const { rows } = await app().admin.query(
      "select sealed_secret, sealed_previous from outbox_targets where workspace_id = $1 and id = $2",
      [workspace.id, id],
    );
    expect(rows).toEqual([{ sealed_secret: null, sealed_previous: null }]);
    await app().admin.query("select bailiwick_forget_deliveries(1000)");
    const left = await app().admin.query("select id from outbox where workspace_id = $1", [workspace.id]);
    expect(left.rows).toEqual([]);
  });

  test("to a private address is refused when it is made, changed and dialled", async () => {
    const { owner, workspace } = await aTeam();
    const { id } = await aWebhook(workspace);
    for (const url of ["http://10.0.0.1/", "http://0x7f000002/", "http://[::ffff:7f00:2]/", "http://localhost:1/"]) {
      const made = app().call(createWebhook, owner, { url, fact_types: ["*"] });
      expect(await problemOf(made)).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/url" }] } });
      expect(await problemOf(app().call(updateWebhook, owner, { id, url }))).toMatchObject({ code: "invalid_input" });
    }
    await app().call(updateWebhook, owner, { id, url: "http://rebind.example/in" });
    await app().call(sendWebhookTest, owner, { id });
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    await sendAll(app(), workspace.id, { resolve });
    const [one] = await deliveriesOf(workspace, id);
    expect(one).toMatchObject({ status: "pending", response_status: null, error: expect.stringMatching(/private/) });
    expect(receiver.received).toEqual([]);
  });

  test("shows its secret once, and viewers see it without the secret", async () => {
    const { workspace, owner } = await aTeam();
    const made = await aWebhook(workspace);
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const viewer = await aPerson(app(), workspace.id, "viewer");
    const seen = await app().call(getWebhook, viewer, { id: made.id });
    expect(seen).toMatchObject({ url: `${receiver.url}/in`, is_enabled: true });
    expect(JSON.stringify(seen)).not.toContain("whsec_");
    const facts = JSON.stringify(await factsOf(app(), workspace.id));
    expect(facts).not.toContain("whsec_");
    expect(facts).not.toContain("/in");
    const member = await aPerson(app(), workspace.id, "member");
    const forbidden = app().call(deleteWebhook, member, { id: made.id });
    expect(await problemOf(forbidden)).toMatchObject({ code: "forbidden" });
    expect(await problemOf(app().call(rotateWebhook, (await aTeam()).owner, { id: made.id }))).toMatchObject({
      code: "not_found",
    });
    expect(owner.workspace).toBe(workspace.id);
  });

  test("is one of at most 20, also for callers at once, and agents manage none", async () => {
    const { workspace, agent } = await aTeam();
    const made = await Promise.allSettled(Array.from({ length: TARGETS_MAX + 5 }, () => aWebhook(workspace)));
    expect(made.filter(({ status }) => status === "fulfilled").length).toBe(TARGETS_MAX);
    const byAgent = app().call(createWebhook, agent, { url: "https://example.org", fact_types: ["*"] });
    expect(await problemOf(byAgent)).toMatchObject({ code: "forbidden" });
  });
});
