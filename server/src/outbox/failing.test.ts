import { describe, expect, test } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import {
  aWorkspace,
  factsOf,
  problemOf,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import { createWebhook } from "./operations/create-webhook.ts";
import { getWebhook } from "./operations/get-webhook.ts";
import { listDeliveries } from "./operations/list-deliveries.ts";
import { redeliverDelivery } from "./operations/redeliver-delivery.ts";
import { sendWebhookTest } from "./operations/send-webhook-test.ts";
import { updateWebhook } from "./operations/update-webhook.ts";
import { listDue } from "./store/due.ts";
import { sendAll, senderOf, useReceiver } from "./test-receiver.ts";

const app = useApp({ env: testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } }) });
const receiver = useReceiver();

const aWebhook = ({ owner }: TestWorkspace, fact_types: string[] = ["task.*"]) =>
  app().call(createWebhook, owner, { url: `${receiver.url}/in`, fact_types });

async function aTeam() {
  const workspace = await aWorkspace(app());
  return { workspace, owner: workspace.owner, agent: await anAgent(app(), workspace) };
}

const deliveriesOf = async ({ owner }: TestWorkspace, id: string) =>
  (await app().call(listDeliveries, owner, { id })).items;

describe("a receiver that fails", () => {
  test("with 410 is disabled at once, and redelivery is a conflict until it is enabled again", async () => {
    const { workspace, owner } = await aTeam();
    const { id } = await aWebhook(workspace);
    await app().call(sendWebhookTest, owner, { id });
    receiver.answer = () => ({ status: 410 });
    await sendAll(app(), workspace.id);
    const disabled = await app().call(getWebhook, owner, { id });
    expect(disabled).toMatchObject({ is_enabled: false, disabled_reason: "gone", pending: 0 });
    const [fact] = (await factsOf(app(), workspace.id, id)).filter(({ type }) => type === "webhook.disabled");
    expect(fact).toMatchObject({ actor_kind: "system", data: { reason: "gone", consecutive_failures: 1 } });
    const [dead] = await deliveriesOf(workspace, id);
    const redeliver = () => app().call(redeliverDelivery, owner, { id: dead?.id ?? "" });
    expect(await problemOf(redeliver())).toMatchObject({ code: "conflict" });
    expect(await problemOf(app().call(sendWebhookTest, owner, { id }))).toMatchObject({ code: "conflict" });
    await app().call(updateWebhook, owner, { id, is_enabled: true });
    receiver.answer = () => ({ status: 200 });
    await redeliver();
    await sendAll(app(), workspace.id);
    expect(await deliveriesOf(workspace, id)).toMatchObject([{ id: dead?.id, status: "delivered" }]);
  });

  test("50 times in a row is disabled once, and gets what waits when it is enabled again", async () => {
    const { workspace, owner, agent } = await aTeam();
    const { id } = await aWebhook(workspace, ["task.created"]);
    await Promise.all(Array.from({ length: 52 }, () => aTask(app(), owner, agent)));
    receiver.answer = () => ({ status: 500 });
    await sendAll(app(), workspace.id);
    expect(await app().call(getWebhook, owner, { id })).toMatchObject({ disabled_reason: "failures", pending: 52 });
    const facts = await factsOf(app(), workspace.id, id);
    expect(facts.filter(({ type }) => type === "webhook.disabled").length).toBe(1);
    receiver.answer = () => ({ status: 200 });
    const tried = receiver.received.splice(0).length;
    expect(tried).toBeLessThan(52 * 2);
    await app().call(updateWebhook, owner, { id, is_enabled: true });
    await later(app(), 60, () => sendAll(app(), workspace.id));
    expect(await app().call(getWebhook, owner, { id })).toMatchObject({ pending: 0, is_enabled: true });
    expect(new Set(receiver.received.map((one) => one.id)).size).toBe(52);
  });

  test("slowly does not delay another workspace", async () => {
    const [slow, quick] = [await aTeam(), await aTeam()];
    const { id } = await aWebhook(slow.workspace);
    const other = await aWebhook(quick.workspace);
    for (let n = 0; n < 6; n++) await app().call(sendWebhookTest, slow.owner, { id });
    const stop = new AbortController();
    receiver.answer = ({ body }) => (body.data.subject.id === id ? undefined : { status: 200 });
    const sender = senderOf(app(), { stop: stop.signal });
    await sender.begin([{ workspace: slow.workspace.id, target: id }]);
    await expect.poll(() => receiver.received.length).toBe(4);
    await app().call(sendWebhookTest, quick.owner, { id: other.id });
    const due = await app().db.outside(listDue);
    await sender.begin(due.filter(({ target }) => [id, other.id].includes(target)));
    const stateOf = async () => (await deliveriesOf(quick.workspace, other.id))[0]?.status;
    await expect.poll(stateOf).toBe("delivered");
    expect(receiver.received.filter(({ body }) => body.data.subject.id === id).length).toBe(4);
    stop.abort();
    await sender.idle();
  });
});
