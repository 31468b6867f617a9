/** Random requests made only from the OpenAPI document: the document must promise every answer. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { proposeAction } from "../src/actions/operations/propose-action.ts";
import { createConnection } from "../src/connections/operations/create-connection.ts";
import { sendMessage } from "../src/messages/operations/send-message.ts";
import { liftStop } from "../src/stops/operations/lift-stop.ts";
import { listStops } from "../src/stops/operations/list-stops.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { type Callers, createCallers } from "./fuzz/callers.ts";
import { type Endpoint, endpointsOf } from "./fuzz/document.ts";
import { createMemory, type Memory } from "./fuzz/memory.ts";
import { type Plan, plans } from "./fuzz/plans.ts";
import { curl, type Request, requestOf, toolName } from "./fuzz/request.ts";
import { type Answered, faultOf, toolAnswer } from "./fuzz/verdict.ts";
import { useApp } from "./harness/harness.ts";
import { anAddress, aScene, type Scene } from "./harness/scene.ts";
import { withNetwork } from "./harness/social.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { createWeb } from "./harness/web.ts";

/** `FUZZ_REQUESTS=100000` looks for what is rare. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS || 9_000);
/** The same requests in each run; `FUZZ_SEED=0` draws others. */
const SEED = Number(process.env.FUZZ_SEED ?? 1) || Math.trunc(Math.random() * 2 ** 31);
/** Requests under way at once. */
const SENDERS = 8;
/** After so many, everybody gets a new credential: agents that were not archived, with room to work. */
const RENEWED_AFTER = 400;
/** After so many, limits and stops end. */
const LIFTED_AFTER = 20;
/** Enough requests that all but a few operations succeed at least once. */
const ENOUGH = 5_000;
const TIMEOUT_MS = 600_000;

const app = useApp();
let web: HttpServer;
let scene: Scene;
let endpoints: Endpoint[];
let memory: Memory;
let callers: Callers;
const answered = new Map<string, Map<number, number>>();
let sent = 0;
/** The names of the tools of agents, and the number of calls. */
let tools: ReadonlySet<string>;
let toolCalls = 0;

beforeAll(async () => {
  await withNetwork(app());
  web = createWeb(app());
  scene = await aScene(app());
  const { workspace, agent, owner } = await aScene(app());
  endpoints = endpointsOf((await web.app.inject("/api/openapi.json")).payload);
  memory = createMemory({ agents: [agent.id], workspaces: [workspace.id], users: [owner.id], members: [owner.id] });
  memory.anchor("workspaces", [scene.workspace.id]);
  memory.anchor("redactions", await messagesToWithdraw(scene));
  memory.anchor("connections", await connectionsToChange(scene));
  memory.anchor("agent-actions", await actionsToDecide(scene));
  callers = createCallers(scene, memory);
  tools = await toolNames();
});
afterAll(() => web.close());

async function toolNames(): Promise<Set<string>> {
  const answer = await web.app.inject({
    method: "POST",
    url: "/mcp",
    headers: {
      ...(await callers.headersOf("agent")),
      host: "127.0.0.1:7300",
      accept: "application/json, text/event-stream",
    },
    payload: { jsonrpc: "2.0", id: 1, method: "tools/list", params: {} },
  });
  return new Set([...answer.payload.matchAll(/"name":"([a-z_]+)"/g)].map(([, name = ""]) => name));
}

/** A call that the protocol refused has no answer of the operation; only a failure of the server is a fault. */
async function sendAsTool(endpoint: Endpoint, request: Request): Promise<Answered | undefined> {
  const { payload = "", method, url, headers } = request;
  toolCalls++;
  const answer = await web.app.inject({ method, url, headers, payload, remoteAddress: anAddress() });
  if (answer.statusCode === 200) return toolAnswer(endpoint, answer.payload);
  if (answer.statusCode < 500) return undefined;
  return { status: answer.statusCode, headers: answer.headers, text: answer.payload, body: undefined };
}

/** A stream is aborted as soon as it has begun. */
async function send({ isStream }: Endpoint, request: Request): Promise<Answered> {
  const { payload, isUnfit: _, ...rest } = request;
  const options = { ...rest, remoteAddress: anAddress(), ...(payload !== undefined && { payload }) };
  const answer = await web.app.inject({ ...options, payloadAsStream: isStream });
  const { statusCode: status, headers } = answer;
  if (isStream && status === 200) {
    answer.raw.res.destroy();
    return { status, headers, text: "", body: undefined };
  }
  const text = isStream ? await textOf(answer.stream()) : answer.payload;
  return { status, headers, text, body: jsonOf(text) };
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString("utf8");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lets agents start tasks again. Random limits are mostly too small for any work, and a stop ends all of it. */
async function liftLimits(): Promise<void> {
  const { owner } = scene;
  await app().admin.query("delete from spend_caps");
  const { items } = await app().call(listStops, owner, { in_force: true });
  // A request may lift it at the same moment.
  for (const { id } of items)
    await app()
      .call(liftStop, owner, { id, reason: "Go on." })
      .catch(() => undefined);
}

async function remember(endpoint: Endpoint, { caller, spoil }: Plan, { status, text, body }: Answered): Promise<void> {
  const counts = answered.get(endpoint.name) ?? new Map<number, number>();
  answered.set(endpoint.name, counts.set(status, (counts.get(status) ?? 0) + 1));
  // A valid credential that is refused has ended, by signing out, revoking, archiving or removing, or has reached its
  // request limit.
  const isLost = [401, 429].includes(status) || (status === 404 && text.includes("You have no such workspace."));
  if (isLost && spoil === null) callers.forget(caller);
  if (++sent % RENEWED_AFTER === 0) callers.forgetAll();
  if (sent % LIFTED_AFTER === 0) await liftLimits();
  if (status >= 300) return;
  memory.learn(endpoint, caller, body);
  for (const mail of app().mails.splice(0)) memory.learnTokens(mail.text);
  memory.learnTokens(text);
}

async function tried(plan: Plan): Promise<void> {
  const endpoint = endpoints[plan.endpoint];
  if (!endpoint) throw new Error("The plan is of another document.");
  const own = await callers.headersOf(plan.caller);
  const isTool = plan.asTool && own.authorization !== undefined && tools.has(toolName(endpoint));
  const request = requestOf(endpoint, plan, { own, memory, isTool });
  const answer = await (isTool ? sendAsTool : send)(endpoint, request);
  if (!answer) return;
  await remember(endpoint, plan, answer);
  const tookUnknown = request.isUnfit && isOperation(endpoint) && answer.status < 300;
  const fault = tookUnknown ? `took fields it does not know: ${answer.status}` : faultOf(endpoint, answer);
  if (fault) throw new Error(`${fault}\n\n${curl(request)}\n`);
}

/** True for routes that are not among the fixed routes, because those ignore the query. */
function isOperation({ topics }: Endpoint): boolean {
  return topics[0] !== "system";
}

/** The smallest request with an answer that the document does not promise. */
async function search(seed: number): Promise<string | undefined> {
  const property = fc.asyncProperty(plans(endpoints), tried);
  const found = await fc.check(property, { seed, numRuns: Math.ceil(REQUESTS / SENDERS) });
  if (!found.failed) return undefined;
  return `FUZZ_SEED=${SEED}, after ${found.numRuns} requests: ${String(found.errorInstance)}`;
}

function share(isWanted: (status: number) => boolean): number {
  let wanted = 0;
  for (const counts of answered.values()) {
    for (const [status, count] of counts) if (isWanted(status)) wanted += count;
  }
  return wanted / sent;
}

it(
  `answers ${REQUESTS} requests as the document promises`,
  async () => {
    console.log(`FUZZ_SEED=${SEED} FUZZ_REQUESTS=${REQUESTS}`);
    const found = await Promise.all(Array.from({ length: SENDERS }, (_, sender) => search(SEED + sender)));
    expect(found.find((fault) => fault !== undefined)).toBeUndefined();
    const succeeded = share((status) => status < 300);
    console.log(`${(succeeded * 100).toFixed(0)} % of ${sent} requests succeeded.`);
    expect(succeeded).toBeGreaterThan(0.2);
    expect(toolCalls / sent).toBeGreaterThan(0.02);
  },
  TIMEOUT_MS,
);

const TEN = Array.from({ length: 10 });

async function connectionsToChange({ owner }: Scene): Promise<string[]> {
  const input = { service_type: "http", name: "Builds", config: { base_url: "https://builds.invalid" } } as const;
  return Promise.all(TEN.map(async () => (await app().call(createConnection, owner, input)).id));
}

/** Through a connection that no request knows, because one that is disconnected ends its actions. */
async function actionsToDecide(scene: Scene): Promise<string[]> {
  const [connection_id = ""] = await connectionsToChange(scene);
  const type = { action_type: "send_request", service_type: "http" } as const;
  const input = { ...type, connection_id, payload: { method: "GET" }, expires_in_seconds: 3_600 };
  return Promise.all(TEN.map(async () => (await app().call(proposeAction, scene.agent, input)).id));
}

async function messagesToWithdraw({ agent, other }: Scene): Promise<string[]> {
  const input = { to_agent_id: other.id, content: "Pasted by mistake." };
  return Promise.all([1, 2, 3].map(async () => (await app().call(sendMessage, agent, input)).id));
}

/** The operations that random requests cannot reach, each with its reason. */
const UNREACHED = [
  // The request must be signed with a secret, and this server has none.
  "webhooks.billing",
  // The invited person must be the one who is signed in, and the token of the link is secret.
  "invitations.accept",
  "invitations.preview",
  // The codes are random, and a person must approve one first.
  "auth.take_device_key",
  "auth.find_device",
  "auth.approve_device",
  "auth.deny_device",
  // A late result needs a lease that ended, and no time passes here.
  "tasks.accept_late",
  // No job runs here, so nothing is delivered, and no alert fires.
  "webhooks.redeliver",
  "alerts.acknowledge_event",
  // Neither is a fact sealed.
  "audit.export",
  "audit.get_checkpoint",
  "audit.get_key",
  "audit.get_proof",
  "audit.get_consistency",
  // This server witnesses no log.
  "witness.add_checkpoint",
  "witness.get_key",
  // A request must meet a limit of the agent that calls, and a grant and a change follow its approval.
  "governance.get_request",
  "governance.approve",
  "governance.deny",
  "governance.apply_grant",
  "governance.revoke_grant",
  "governance.preview_rollback",
  "governance.rollback",
  // An action and a rule name a type with its service, and no job runs here, so nothing is sent.
  "actions.propose",
  "actions.create_rule",
  "actions.delete_rule",
  "actions.retry",
  "actions.resolve",
  // No server of MCP is connected.
  "connections.accept_tools",
  // An agent must have crossed a policy that acted on it.
  "risk.undo",
  // Few agents have an account on the network, and few get pushes.
  "social.connect",
  "social.get_status",
  "social.list_feed",
  "social.list_submolt_feed",
  "social.get_profile",
  "social.get_posts",
  "social.get_karma_history",
  "social.search",
  "social.upvote",
  "social.remove_upvote",
  "social.sync",
  "agents.rotate_push_secret",
  // Only the owner of the installation may do this, and no caller here is the owner.
  "demo.start",
  // The callers' workspace is the owner's own workspace, which cannot be handed on.
  "workspaces.transfer",
];

/** The share of the operations that a run may miss besides, because the rows meet by chance. */
const MISSED_SHARE_MAX = 0.1;

it.skipIf(REQUESTS < ENOUGH)("reached the operations: all but a few succeeded at least once", () => {
  const succeeded = ({ name }: Endpoint) => [...(answered.get(name) ?? [])].some(([status]) => status < 300);
  const missed = endpoints.filter((endpoint) => !succeeded(endpoint)).map(({ name }) => name);
  const escaped = missed.filter((name) => !UNREACHED.includes(name));
  expect(escaped.length, escaped.join(", ")).toBeLessThanOrEqual(MISSED_SHARE_MAX * endpoints.length);
});

it("left a server that is ready, and tasks whose status is what their events say", async () => {
  expect((await web.app.inject("/api/ready")).statusCode).toBe(200);
  await checkTasks(app(), scene.workspace.id);
});
