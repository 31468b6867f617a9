/** The victim: a tenant whose agents make ordinary calls, far below their limits. */
import { randomUUID } from "node:crypto";
import { type Answer, jsonOf, pause, type Sender } from "./send.ts";
import type { Tenant, TenantAgent } from "./tenant.ts";

export interface Heard {
  /** The time of every call, in milliseconds. */
  times: number[];
  /** The number of 5xx answers and of calls without an answer. */
  failed: number;
  /** The number of 4xx answers. */
  refused: number;
  /** The first failures and refusals, as text for the reader of the bench. */
  wrong: string[];
}

/** The time between the starts of two rounds of one agent. */
const ROUND_MS = 800;
const WRONG_MAX = 20;

/** Each agent runs rounds of list, create, claim and complete. */
export async function ordinaryCalls(sender: Sender, { agents }: Tenant, ms: number): Promise<Heard> {
  const heard: Heard = { times: [], failed: 0, refused: 0, wrong: [] };
  const end = performance.now() + ms;
  await Promise.all(
    agents.map(async (agent, index) => {
      await pause((index * ROUND_MS) / agents.length);
      for (let next = performance.now() + ROUND_MS; performance.now() < end; next += ROUND_MS) {
        await round(sender, agent, heard);
        await pause(Math.max(0, next - performance.now()));
      }
    }),
  );
  return heard;
}

async function round(sender: Sender, { id, key }: TenantAgent, heard: Heard): Promise<void> {
  const send = async (what: string, sent: Parameters<Sender["send"]>[0]): Promise<Answer> => {
    const idempotencyKey = randomUUID();
    const answer = await sender.send({ key, ...(sent.method !== "GET" && { idempotencyKey }), ...sent });
    note(heard, what, answer);
    return answer;
  };
  await send("list", { method: "GET", path: "/tasks?limit=20" });
  await send("create", {
    path: "/tasks",
    body: { title: "Summarise", assigned_to_agent_id: id, input: { note: "The last ten invoices." } },
  });
  const claimed = await send("claim", { path: "/tasks/claim", body: {} });
  const [task] = jsonOf<{ items: { id: string; fence: number }[] }>(claimed).items ?? [];
  if (!task) return;
  const output = { summary: "Ten invoices, two of them late." };
  await send("complete", { path: `/tasks/${task.id}/complete`, body: { fence: task.fence, output } });
}

function note(heard: Heard, what: string, { status, ms, text }: Answer): void {
  heard.times.push(ms);
  if (status >= 200 && status < 300) return;
  if (status === 0 || status >= 500) heard.failed++;
  else heard.refused++;
  if (heard.wrong.length < WRONG_MAX) heard.wrong.push(`${what}: ${status} ${text.slice(0, 200)}`);
}

/** Lets a lease of five seconds end. Returns the time from its end until the server has noticed it. */
export async function leaseNoticedMs(sender: Sender, { agents }: Tenant, waitMs: number): Promise<number> {
  const agent = agents.at(-1);
  if (!agent) throw new Error("There is no agent.");
  const { id, key } = agent;
  const made = await sender.send({ key, path: "/tasks", body: { title: "Left behind", assigned_to_agent_id: id } });
  const task = jsonOf<{ id: string }>(made).id ?? "";
  await sender.send({ key, path: `/tasks/${task}/start`, body: { lease_seconds: 5 } });
  const endsAt = performance.now() + 5_000;
  await pause(5_000);
  while (performance.now() < endsAt + waitMs) {
    const { status } = jsonOf<{ status: string }>(await sender.send({ key, method: "GET", path: `/tasks/${task}` }));
    if (status !== undefined && status !== "running") return performance.now() - endsAt;
    await pause(200);
  }
  return Number.POSITIVE_INFINITY;
}
