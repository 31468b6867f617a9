/** A workspace in which agents used every feature, as clients of the real server. */
import { type Agent, type Client, createClient, type Task } from "../../sdk/src/index.ts";
import { sessionClient } from "../../server/src/cli/demo/director/place.ts";
import { aScene, aSession, type Scene } from "../../server/test/harness/scene.ts";
import type { TestServer } from "./server.ts";

/** The texts of agents and people; hostile tests pass their own. */
export interface Words {
  name: string;
  line: string;
  text: string;
  emoji: string;
  json: unknown;
}

export const PLAIN: Words = {
  name: "Reviewer",
  line: "Read the parser and say what is wrong with it",
  text: "The parser reads numbers twice.\nSee https://example.org/parser for what I found.",
  emoji: "🦉",
  json: { files: ["parser.ts", "lexer.ts"], limits: { minutes: 5 }, strict: true },
};

export interface Crew {
  scene: Scene;
  owner: Client;
  supervisor: Member;
  worker: Member;
  /** A running task from the supervisor, with a story. */
  running: Task;
  root: Task;
  blocked: Task;
  threadId: string;
  runId: string;
  eventId: string;
  webhookId: string;
  connectionId: string;
  actionId: string;
  requestId: string;
}

export interface Member {
  agent: Agent;
  client: Client;
}

export async function aCrew(server: TestServer, words: Words = PLAIN): Promise<Crew> {
  const scene = await aScene(server.app);
  const { token } = await aSession(scene, scene.owner);
  const owner = sessionClient(server.url, token, scene.workspace.id);
  const supervisor = await aMember(owner, server.url, { ...words, name: `${words.name} one` });
  const worker = await aMember(owner, server.url, { ...words, name: `${words.name} two` });
  await owner.team.setRole({ agent_id: supervisor.agent.id, role: "supervisor" });
  await owner.team.setRole({ agent_id: worker.agent.id, role: "worker", reports_to: supervisor.agent.id });
  const tasks = await someWork(owner, supervisor, worker, words);
  const { thread_id: threadId } = await worker.client.messages.send({
    content: words.text,
    to_user_id: scene.owner.id,
    reply_by: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const telemetry = await someTelemetry(owner, worker, tasks.running, words);
  const { webhookId, policyId } = await someReports(scene, owner, words);
  const requestId = await aDeniedRequest(owner, worker, policyId, words);
  const { id: connectionId } = await owner.connections.create({
    service_type: "http",
    name: words.name,
    config: { base_url: "https://shop.example.org/v1" },
    agent_ids: [worker.agent.id],
  });
  const actionId = await aRejectedAction(owner, worker, words);
  return {
    scene,
    owner,
    supervisor,
    worker,
    threadId,
    webhookId,
    connectionId,
    actionId,
    requestId,
    ...tasks,
    ...telemetry,
  };
}

/** A webhook with a failed delivery, a channel, a rule and an alert, each with texts of people. */
async function someReports({ app, workspace }: Scene, owner: Client, words: Words) {
  const url = "https://hooks.example.org/in";
  const { id } = await owner.webhooks.create({ url, fact_types: ["task.*"], description: words.line.slice(0, 500) });
  await owner.channels.create({ kind: "email", name: words.name, target: "ada@example.org", for: ["alerts"] });
  const policy = await owner.risk.createPolicy({ policy_type: "daily_spend_cap", threshold_value: 5 });
  const rule = await owner.alerts.createRule({ name: words.name, rule_type: "cost_per_day", threshold: 10 });
  await app.admin.query(
    `insert into alert_events (workspace_id, id, rule_id, rule_name, rule_type, level, metric_value, threshold_value,
       message, agent_ids, triggered_at)
     values ($1, gen_random_uuid(), $2, $3, 'cost_per_day', 'alert', 12, 10, $4, '{}', now())`,
    [workspace.id, rule.id, words.name, words.text.slice(0, 2_000)],
  );
  await app.admin.query(
    `insert into outbox (workspace_id, id, target_id, fact_id, fact_type, subject_id, status, attempt, failures,
       is_sending, error, created_at, finished_at)
     values ($1, gen_random_uuid(), $2, gen_random_uuid(), 'task.created', gen_random_uuid(), 'dead', 7, 7, false, $3,
       now(), now())`,
    [workspace.id, id, words.line.slice(0, 500)],
  );
  return { webhookId: id, policyId: policy.id };
}

/** A request for a higher cap, in the words of the agent. A person denied it, so that no inbox lists it. */
async function aDeniedRequest(owner: Client, { client }: Member, policy_id: string, words: Words): Promise<string> {
  const requested_changes = { policy_id, field: "threshold_value", requested_value: 8 } as const;
  const { id } = await client.governance.submitRequest({ requested_changes, reason: words.text.slice(0, 2_000) });
  await owner.governance.deny({ id, reason: words.line.slice(0, 2_000) });
  return id;
}

/** An action whose payload has the words of the agent. A person rejected it, so that no inbox lists it. */
async function aRejectedAction(owner: Client, { client }: Member, words: Words): Promise<string> {
  const { id } = await client.actions.propose({
    action_type: "send_request",
    service_type: "http",
    payload: { method: "POST", path: "/orders", body: { text: words.text, json: words.json } },
    reasoning: words.text,
    amount_usd: 1.5,
  });
  await owner.actions.reject({ id, reason: words.line.slice(0, 2_000) });
  return id;
}

export async function aMember(owner: Client, url: string, words: Words): Promise<Member> {
  const agent = await owner.agents.create({
    name: words.name,
    avatar_emoji: words.emoji,
    description: words.text,
    personality: words.text,
    llm_config: { model: words.line },
  });
  await owner.agents.update({ id: agent.id, description: words.line });
  const { key } = await owner.keys.create({ kind: "agent", name: words.name, agent_id: agent.id });
  return { agent, client: createClient({ url, key }) };
}

/** A tree of tasks in every state, with every kind of text from agents. */
async function someWork(owner: Client, supervisor: Member, worker: Member, words: Words) {
  const made = await owner.tasks.create({
    title: words.line,
    assigned_to_agent_id: supervisor.agent.id,
    input: words.json,
  });
  const root = await start(supervisor, made);
  const give = (title: string) =>
    supervisor.client.tasks.create({
      title,
      assigned_to_agent_id: worker.agent.id,
      parent_task_id: root.id,
      input: words.json,
    });
  const completed = await start(worker, await give(`${words.line} (done)`));
  await worker.client.tasks.complete({ id: completed.id, fence: fenceOf(completed), output: words.json });
  const failed = await start(worker, await give(`${words.line} (failed)`));
  await worker.client.tasks.fail({ id: failed.id, fence: fenceOf(failed), reason: words.text });
  const blocked = await start(worker, await give(`${words.line} (blocked)`));
  await worker.client.tasks.block({ id: blocked.id, fence: fenceOf(blocked), reason: words.text });
  await supervisor.client.tasks.cancel({ id: (await give(`${words.line} (canceled)`)).id, reason: words.text });
  await give(`${words.line} (queued)`);
  const running = await start(worker, await give(`${words.line} (running)`));
  await report(worker, running, words);
  await worker.client.messages.send({ content: words.text, task_id: running.id, to_agent_id: supervisor.agent.id });
  return { root, running, blocked };
}

/** The agent starts the task. */
export function start({ client }: Member, { id }: Task, lease_seconds = 600): Promise<Task> {
  return client.tasks.start({ id, lease_seconds });
}

export function fenceOf({ fence, id }: Task): number {
  if (fence === undefined) throw new Error(`Task ${id} is not held.`);
  return fence;
}

async function report({ client }: Member, task: Task, words: Words): Promise<void> {
  const [id, fence] = [task.id, fenceOf(task)];
  const payload = { text: words.text, [words.line.slice(0, 60)]: words.json };
  await client.tasks.addEvent({ id, fence, type: "progress", payload: { done: 3, total: 7, ...payload } });
  await client.tasks.addEvent({ id, fence, type: "tool_call", payload: { tool: words.line, arguments: payload } });
  await client.tasks.addEvent({ id, fence, type: "tool_result", payload });
}

/** A run with calls of priced and unpriced models, and failures in the words of the agent. */
async function someTelemetry(owner: Client, { agent, client }: Member, task: Task, words: Words) {
  const model = words.line.slice(0, 200);
  const { run_id } = await client.obs.startRun({ model, task_id: task.id });
  const payload = { tool: words.line, message: words.text, [words.line.slice(0, 60)]: words.json };
  const events = [
    { event_type: "llm_call", status: "success", provider: "anthropic", model: "claude-opus-4-5", tokens_in: 9_000 },
    { event_type: "llm_call", status: "success", provider: model, model, tokens_in: 500, tokens_out: 90 },
    { event_type: "tool_result", status: "error", latency_ms: 1_200, payload },
    { event_type: "error", status: "error", payload },
  ];
  await client.obs.ingest({ events: events.map((event) => ({ ...event, run_id, task_id: task.id })) });
  await client.obs.finishRun({ id: run_id, status: "error", error_message: words.text.slice(0, 1_000) });
  const { items } = await owner.obs.listEvents({ agent_id: agent.id, event_type: "error", run_id });
  return { runId: run_id, eventId: items[0]?.id ?? "" };
}

/** Returns the addresses of every page, with tasks and agents of this crew open. */
export function pagesOf(crew: Crew): readonly string[] {
  const { root, running, blocked, worker, threadId, runId, eventId, webhookId, connectionId, actionId, requestId } =
    crew;
  const agent = worker.agent.id;
  return [
    ...["/welcome", "/device?code=BCDF-GHJK"],
    "/inbox",
    `/inbox?open=task:${blocked.id}`,
    "/overview",
    "/tasks",
    "/tasks?view=board",
    `/tasks?view=graph&root_task_id=${root.id}`,
    `/tasks?open=${running.id}`,
    "/tasks?create=yes",
    `/tasks/${root.id}`,
    `/tasks/${running.id}`,
    `/tasks/${blocked.id}`,
    ...["/messages", "/messages?write=yes", `/messages/${threadId}`],
    "/agents",
    `/agents?open=${agent}`,
    "/agents?create=yes",
    `/agents/${agent}`,
    ...["configuration", "revisions", "activity", "keys"].map((tab) => `/agents/${agent}?tab=${tab}`),
    "/team",
    `/live?open=${eventId}`,
    `/live/${eventId}`,
    "/runs",
    `/runs/${runId}`,
    "/costs?by=task",
    "/costs?by=model",
    "/health",
    ...["/prices", "/prices?create=yes"],
    ...["/actions/gate", "/actions/gate?create=yes"],
    ...["/keys", "/keys?create=yes"],
    ...["/connections", "/connections?create=yes", `/connections/${connectionId}`],
    ...["/actions", `/actions?open=${actionId}`, `/actions/${actionId}`, "/actions/rules", "/actions/rules?create=yes"],
    "/webhooks",
    "/webhooks?create=yes",
    `/webhooks/${webhookId}`,
    "/limits",
    "/limits?tab=events",
    "/limits?create=yes",
    ...["/stops", "/record", "/requests", "/requests?tab=grants", `/requests/${requestId}`],
    "/alerts",
    ...["rules", "channels"].flatMap((tab) => [`/alerts?tab=${tab}`, `/alerts?tab=${tab}&create=yes`]),
    "/account",
    ...["sessions", "workspaces", "members", "tier"].map((tab) => `/account?tab=${tab}`),
    "/nowhere",
  ];
}
