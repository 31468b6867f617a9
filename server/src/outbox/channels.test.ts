import { Webhook as Verifier } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { anAgent, aRunningTask } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  factsOf,
  problemOf,
  type TestApp,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { OUTBOX_SAMPLES } from "../../test/harness/outbox-samples.ts";
import { aScene } from "../../test/harness/scene.ts";
import { SCOPES } from "../auth/schema.ts";
import type { Mail } from "../kernel/environment.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { blockTask } from "../tasks/operations/block-task.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { mailFaultOf } from "./mail-fault.ts";
import { noticeOf, purposeOf, slackText } from "./notice-rules.ts";
import { createChannel } from "./operations/create-channel.ts";
import { deleteChannel } from "./operations/delete-channel.ts";
import { listChannels } from "./operations/list-channels.ts";
import { sendChannelTest } from "./operations/send-channel-test.ts";
import { updateChannel } from "./operations/update-channel.ts";
import { OUTBOX_OPERATIONS } from "./operations.ts";
import { sendAll, useReceiver } from "./test-receiver.ts";

const mails: Mail[] = [];
const env = testEnvironment({ mails, settings: { privateHosts: ["127.0.0.1"] } });
const app = useApp({ env });
const receiver = useReceiver();

type Fields = Partial<Parameters<TestApp["call"]>[2]> & Record<string, unknown>;
const aChannel = ({ owner }: TestWorkspace, fields: Fields = {}) =>
  app().call(createChannel, owner, {
    kind: "email",
    name: "On call",
    target: "Ada@Example.org",
    for: ["tasks"],
    ...fields,
  });

/** A task that failed for good, one that waits for a person, and one that is done. */
async function aDay(workspace: TestWorkspace) {
  const { owner } = workspace;
  const agent = await anAgent(app(), workspace);
  const [failed, blocked, done] = [
    await aRunningTask(app(), owner, agent, { title: "Ship <!channel>" }),
    await aRunningTask(app(), owner, agent, { title: "Ask" }),
    await aRunningTask(app(), owner, agent, { title: "Done" }),
  ];
  await app().call(failTask, agent, { id: failed.id, fence: failed.fence, reason: "No key" });
  await app().call(blockTask, agent, { id: blocked.id, fence: blocked.fence, reason: "Which one?" });
  await app().call(completeTask, agent, { id: done.id, fence: done.fence });
  return { failed, blocked };
}

describe("a channel", () => {
  test("by email tells of tasks that need a person, with links to pages", async () => {
    const workspace = await aWorkspace(app());
    const channel = await aChannel(workspace);
    expect(channel).toMatchObject({ target: "a•••@example.org", for: ["tasks"] });
    const { failed, blocked } = await aDay(workspace);
    await sendAll(app(), workspace.id);
    const ours = mails.filter(({ to }) => to === "ada@example.org");
    expect(ours.map(({ text }) => text.split("\n"))).toEqual([
      ['The task "Ship <!channel>" failed for good. Reason: No key', `${env.publicUrl}/tasks/${failed.id}`],
      ['The task "Ask" waits for a person. Reason: Which one?', `${env.publicUrl}/tasks/${blocked.id}`],
    ]);
    const { items } = await app().call(listChannels, workspace.owner, {});
    expect(items).toMatchObject([
      { id: channel.id, pending: 0, last_error: null, last_delivered_at: expect.any(String) },
    ]);
  });

  test("to Slack escapes what agents write, and needs the tier", async () => {
    const workspace = await aWorkspace(app());
    await aChannel(workspace, { kind: "slack", target: `${receiver.url}/services/T0/B0/secret` });
    await aDay(workspace);
    await sendAll(app(), workspace.id);
    const texts = receiver.received.map(({ text }) => JSON.parse(text).text as string);
    expect(texts[0]).toContain('"Ship &lt;!channel&gt;" failed');
    const free = await aWorkspace(app(), "free");
    const refused = aChannel(free, { kind: "slack", target: "https://hooks.slack.example/x" });
    expect(await problemOf(refused)).toMatchObject({ code: "tier_limit", details: { upgrade_required: true } });
  });

  test("to a webhook gets the fact, signed with a secret that is shown once", async () => {
    const workspace = await aWorkspace(app());
    const { secret = "" } = await aChannel(workspace, { kind: "webhook", target: `${receiver.url}/pager` });
    await aDay(workspace);
    await sendAll(app(), workspace.id);
    const [one] = receiver.received;
    expect(new Verifier(secret).verify(one?.text ?? "", one?.headers as Record<string, string>)).toMatchObject({
      type: "task.failed",
    });
    const { items } = await app().call(listChannels, workspace.owner, {});
    expect(JSON.stringify(items)).not.toMatch(/whsec_|pager/);
    expect(items[0]?.target).toBe(`${receiver.url}/•••`);
  });

  test("keeps its address secret, in rows, facts and lists", async () => {
    const workspace = await aWorkspace(app());
    const { id } = await aChannel(workspace, { kind: "slack", target: `${receiver.url}/very-secret` });
    await app().call(updateChannel, workspace.owner, { id, target: `${receiver.url}/very-secret-too`, name: "Night" });
    const { rows } = await app().admin.query("select t::text as row from outbox_targets t where workspace_id = $1", [
      workspace.id,
    ]);
    const facts = await factsOf(app(), workspace.id, id);
    expect(facts.at(-1)).toMatchObject({ type: "channel.updated", data: { changed_fields: ["name", "target"] } });
    expect(JSON.stringify([rows, facts])).not.toContain("very-secret");
    await app().call(sendChannelTest, workspace.owner, { id });
    await sendAll(app(), workspace.id);
    expect(receiver.received.map(({ path }) => path)).toEqual(["/very-secret-too"]);
    await app().call(deleteChannel, workspace.owner, { id });
    expect(await problemOf(app().call(sendChannelTest, workspace.owner, { id }))).toMatchObject({ code: "not_found" });
  });

  test("refuses wrong addresses, other roles, agents and other workspaces", async () => {
    const workspace = await aWorkspace(app());
    for (const fields of [{ target: "nobody" }, { kind: "slack", target: "http://10.0.0.1/" }, { for: [] }])
      expect(await problemOf(aChannel(workspace, fields))).toMatchObject({ code: "invalid_input" });
    const { id } = await aChannel(workspace);
    const viewer = await aPerson(app(), workspace.id, "viewer");
    expect((await app().call(listChannels, viewer, {})).items.length).toBe(1);
    expect(await problemOf(app().call(sendChannelTest, viewer, { id }))).toMatchObject({ code: "forbidden" });
    const agent = await anAgent(app(), workspace);
    expect(await problemOf(app().call(listChannels, agent, {}))).toMatchObject({ code: "forbidden" });
    const stranger = (await aWorkspace(app())).owner;
    expect(await problemOf(app().call(deleteChannel, stranger, { id }))).toMatchObject({ code: "not_found" });
  });
});

test("a service key with every scope is refused by each operation on webhooks and channels, and changes nothing", async () => {
  const scene = await aScene(app());
  const input = { kind: "service" as const, name: "All", scopes: [...SCOPES] };
  const { key } = await app().call(createKey, scene.owner, input);
  const service = await app().authenticate({ authorization: `Bearer ${key}` });
  for (const operation of OUTBOX_OPERATIONS) {
    const sample = await OUTBOX_SAMPLES[operation.name]?.input(scene);
    const before = await factsOf(app(), scene.workspace.id);
    const refused = await problemOf(app().call(operation as typeof createChannel, service, sample as never));
    expect([operation.name, refused.code]).toEqual([operation.name, "forbidden"]);
    expect(await factsOf(app(), scene.workspace.id)).toEqual(before);
  }
});

test("a notice has one line of what an agent wrote", () => {
  const fact = { type: "task.failed", subject: { kind: "task", id: "1" }, data: { reason: "a\n\nhttp://evil" } };
  const notice = noticeOf(fact, "https://b.example", "T\u202e\nx");
  expect(notice.text).toBe('The task "T x" failed for good. Reason: a http://evil\nhttps://b.example/tasks/1');
  expect(slackText({ subject: "*a*", text: "<b>&" })).toBe("*a*\n&lt;b&gt;&amp;");
});

test("a request and its reminder reach people once each, with the change and the words of the agent", () => {
  const change = { title: "Raise the daily cap from $10.00 to $20.00", reason: "More\nwork" };
  const data = { ...change, expires_at: "2026-12-01T10:00:00.000Z" };
  const of = (type: string) => ({ type, subject: { kind: "request", id: "1" }, data });
  const [first, reminder] = [of("governance.request_submitted"), of("governance.request_reminded")];
  expect([first, reminder, of("governance.request_denied")].map(purposeOf)).toEqual([
    "approvals",
    "approvals",
    undefined,
  ]);
  expect(noticeOf(first, "https://b.example").text).toBe(
    "An agent asks: Raise the daily cap from $10.00 to $20.00. Reason: More work\nhttps://b.example/requests/1",
  );
  expect(noticeOf(reminder, "https://b.example").text).toContain("It expires at 2026-12-01T10:00:00.000Z.");
});

test("an action reaches people when it waits for a decision or is in doubt, and not when a rule decided", () => {
  const data = { action_type: "send_request", service_type: "http", expires_at: "2026-12-01T10:00:00.000Z" };
  const of = (type: string, more: object = {}) => ({
    type,
    subject: { kind: "action", id: "1" },
    data: { ...data, ...more },
  });
  const doubt = of("action.in_doubt", { error: "No answer\ncame" });
  const facts = [of("action.proposed"), of("action.proposed", { is_decided: true }), doubt, of("action.executed")];
  expect(facts.map(purposeOf)).toEqual(["approvals", undefined, "approvals", undefined]);
  expect(noticeOf(of("action.proposed"), "https://b.example").text).toContain("https://b.example/actions/1");
  expect(noticeOf(doubt, "https://b.example").text).toBe(
    "send_request over http may have been sent. Say what happened. Reason: No answer came\nhttps://b.example/actions/1",
  );
});

test("the reason why a mail was not sent names no host, account or text of the mail server", () => {
  const refused = Object.assign(new Error("550 mail7.internal: no such user"), {
    responseCode: 550,
    code: "EENVELOPE",
  });
  const away = Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:25"), { code: "ESOCKET" });
  const login = Object.assign(new Error("535 bot@internal"), { code: "EAUTH", responseCode: 535 });
  expect([refused, away, login, new Error("secret"), "text"].map(mailFaultOf)).toEqual([
    "The mail server refused the mail (550).",
    "The mail server cannot be reached.",
    "The mail server refused the account of this server.",
    "The mail was not sent. The log of the server says why.",
    "The mail was not sent. The log of the server says why.",
  ]);
});
