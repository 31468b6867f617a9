/** The attacks: a tenant or a stranger harms others within its limits. */
import { randomUUID } from "node:crypto";
import { fillFacts, fillTasks, fillTree, firstAgent } from "./fill.ts";
import { jsonOf, pause, type Sender, type Sent } from "./send.ts";
import type { Admin, Tenant } from "./tenant.ts";

/** The sizes of the attacks. The bench uses the largest that the limits allow, the test smaller ones. */
export interface Scale {
  /** The number of callers in attacks that send one request after another. */
  callers: number;
  numbers: number;
  facts: number;
  openTasks: number;
  /** The number of events, 240 kB each, of the task that is read. */
  story: number;
  readers: number;
  polls: number;
  tree: number;
  leases: number;
}

export interface Attacker {
  tenant: Tenant;
  sender: Sender;
  admin: Admin;
  scale: Scale;
  /** Aborted at the end of the attack. */
  signal: AbortSignal;
  /** The number of answers to the attack, by status. */
  statuses: Map<number, number>;
  /** Other results, one sentence each. */
  notes: string[];
}

export interface Attack {
  name: string;
  /** Makes the rows that the attack needs. Returns the function that attacks. */
  prepare(attacker: Attacker): Promise<() => Promise<unknown>>;
  /** Measures when the server notices the end of the victim's lease during the attack. */
  watchesLease?: true;
}

/** The pause of a caller after a refusal. */
const REFUSED_PAUSE_MS = 200;

async function send(attacker: Attacker, request: Sent): Promise<Awaited<ReturnType<Sender["send"]>>> {
  const answer = await attacker.sender.send(request);
  const { statuses } = attacker;
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  return answer;
}

/** Each caller sends one request after another until the end of the attack. */
async function repeat(attacker: Attacker, callers: number, sentBy: (caller: number) => Sent): Promise<void> {
  const one = async (caller: number) => {
    while (!attacker.signal.aborted) {
      const { status } = await send(attacker, sentBy(caller));
      if (status === 429 || status === 0) await pause(REFUSED_PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => one(caller)));
}

function keyOf({ agents }: Tenant, caller: number): string {
  return agents[caller % agents.length]?.key ?? "";
}

/** Returns a body of just below 1 MiB with fields that no operation knows. */
function manyFields(): string {
  return `{${Array.from({ length: 95_000 }, (_, n) => `"f${n}":1`).join(",")}}`;
}

const strangersBodies: Attack = {
  name: "bodies of 1 MiB by a stranger",
  async prepare(attacker) {
    const body = manyFields();
    return () => repeat(attacker, 4, () => ({ path: "/auth/logout", body }));
  },
};

const numbers: Attack = {
  name: "large numbers in documents",
  async prepare(attacker) {
    const { tenant, scale } = attacker;
    const { id, key } = firstAgent(tenant);
    const input = `{"numbers":[${Array.from({ length: 37_000 }, () => "1e308").join(",")}]}`;
    const body = `{"title":"Numbers","assigned_to_agent_id":"${id}","input":${input}}`;
    for (let made = 0; made < scale.numbers; made++) await send(attacker, { path: "/tasks", key, body });
    // Older versions always include documents in a list and refuse the unknown parameter.
    const probe = await send(attacker, { method: "GET", path: "/tasks?limit=1&include=input", key });
    const path = `/tasks?limit=200${probe.status === 200 ? "&include=input" : ""}`;
    return () => repeat(attacker, scale.callers, (caller) => ({ method: "GET", path, key: keyOf(tenant, caller) }));
  },
};

const scans: Attack = {
  name: "scans of the audit log",
  async prepare(attacker) {
    const { admin, tenant, scale } = attacker;
    await fillFacts(admin, tenant, scale.facts, randomUUID());
    const nobody = randomUUID();
    const sent = { method: "GET", path: `/audit?actor_id=${nobody}`, key: tenant.script } as const;
    return () => repeat(attacker, scale.callers, () => sent);
  },
};

const graph: Attack = {
  name: "the lock of the graph of tasks",
  async prepare(attacker) {
    const { admin, tenant, scale } = attacker;
    const { id } = firstAgent(tenant);
    const { root, leaves } = await fillTree(admin, tenant, scale.openTasks);
    const someLeaf = () => leaves[Math.floor(Math.random() * leaves.length)] ?? root;
    return () =>
      repeat(attacker, 3 * scale.callers, () => ({
        path: "/tasks",
        key: tenant.script,
        body: {
          title: "Depends",
          assigned_to_agent_id: id,
          parent_task_id: someLeaf(),
          depends_on: [...new Set([someLeaf(), someLeaf()])],
        },
      }));
  },
};

const unread: Attack = {
  name: "answers that are not read",
  async prepare(attacker) {
    const { admin, tenant, sender, scale, signal } = attacker;
    const { id, key } = firstAgent(tenant);
    const task = jsonOf<{ id: string }>(
      await send(attacker, { path: "/tasks", key, body: { title: "Long story", assigned_to_agent_id: id } }),
    ).id;
    await fillFacts(admin, tenant, scale.story, task ?? randomUUID(), 240_000);
    const paths = [`/tasks/${task}/events?limit=200`, `/tasks/${task}`, "/audit?limit=200"];
    return () =>
      Promise.all(
        Array.from({ length: scale.readers }, async (_, reader) => {
          while (!signal.aborted) {
            await sender.sendUnread({ method: "GET", path: paths[reader % paths.length] ?? "", key: tenant.script });
            await pause(REFUSED_PAUSE_MS);
          }
        }),
      );
  },
};

const polls: Attack = {
  name: "long polls and own messages",
  async prepare(attacker) {
    const { tenant, scale, signal } = attacker;
    const [from, to] = tenant.agents;
    const write = async () => {
      while (!signal.aborted) {
        await send(attacker, {
          path: "/messages",
          key: from?.key ?? "",
          body: { to_agent_id: to?.id, content: "Hello" },
        });
        await pause(REFUSED_PAUSE_MS);
      }
    };
    const path = "/messages/inbox?wait_seconds=25&unread=true";
    return () =>
      Promise.all([
        write(),
        // The polls are of two agents that get no messages.
        repeat(attacker, scale.polls, (caller) => ({ method: "GET", path, key: keyOf(tenant, 2 + (caller % 2)) })),
      ]);
  },
};

const trees: Attack = {
  name: "cancels of large trees",
  async prepare(attacker) {
    const { admin, tenant, scale } = attacker;
    const trees = [await fillTree(admin, tenant, scale.tree), await fillTree(admin, tenant, scale.tree)];
    const cancel = async (root: string) => {
      const { status, ms } = await send(attacker, { path: `/tasks/${root}/cancel`, key: tenant.script, body: {} });
      attacker.notes.push(`cancel of ${scale.tree}: ${status} after ${Math.round(ms)} ms`);
    };
    return () => Promise.all(trees.map(({ root }) => cancel(root)));
  },
};

const unaffordable: Attack = {
  name: "unaffordable tasks before others",
  async prepare(attacker) {
    const { tenant } = attacker;
    const { script: key } = tenant;
    const [maker, worker] = tenant.agents;
    const root = jsonOf<{ id: string }>(
      await send(attacker, {
        path: "/tasks",
        key,
        body: { title: "Root", assigned_to_agent_id: maker?.id, budget_usd: 0 },
      }),
    ).id;
    const child = { title: "Child", assigned_to_agent_id: worker?.id, parent_task_id: root, priority: 1_000_000 };
    for (let made = 0; made < 100; made++) {
      await send(attacker, { path: "/tasks", key, body: { ...child, estimated_cost_usd: 1 } });
    }
    const ordinary = { title: "Ordinary", assigned_to_agent_id: worker?.id, priority: 1_000 };
    const { id } = jsonOf<{ id: string }>(await send(attacker, { path: "/tasks", key, body: ordinary }));
    let wasClaimed = false;
    const claim = async () => {
      while (!attacker.signal.aborted) {
        const answer = await send(attacker, { path: "/tasks/claim", key: worker?.key ?? "", body: { limit: 50 } });
        const { items = [] } = jsonOf<{ items: { id: string }[] }>(answer);
        wasClaimed ||= items.some((task) => task.id === id);
        if (answer.status === 429) await pause(REFUSED_PAUSE_MS);
      }
    };
    return async () => {
      await Promise.all([claim(), claim(), claim(), claim()]);
      attacker.notes.push(`the ordinary task behind them was ${wasClaimed ? "claimed" : "never claimed"}`);
    };
  },
};

const floods: Attack = {
  name: "as many bytes as the limits allow",
  async prepare(attacker) {
    const { tenant, scale } = attacker;
    const text = "x".repeat(240_000);
    return () =>
      repeat(attacker, scale.callers, (caller) => ({
        path: "/tasks",
        key: keyOf(tenant, caller),
        idempotencyKey: randomUUID(),
        body: { title: "Stored", assigned_to_agent_id: firstAgent(tenant).id, input: { text } },
      }));
  },
};

const claims: Attack = {
  name: "claims without an end",
  async prepare(attacker) {
    const { tenant, scale } = attacker;
    return () =>
      repeat(attacker, 4 * scale.callers, (caller) => ({ path: "/tasks/claim", key: keyOf(tenant, caller), body: {} }));
  },
};

const leases: Attack = {
  name: "thousands of ended leases",
  watchesLease: true,
  async prepare(attacker) {
    const { admin, tenant, scale } = attacker;
    await fillTasks(admin, tenant, scale.leases);
    return async () => {
      for (let claimed = 0; claimed < scale.leases && !attacker.signal.aborted; claimed += 50) {
        const key = keyOf(tenant, claimed / 50);
        await send(attacker, { path: "/tasks/claim", key, body: { limit: 50, lease_seconds: 5 } });
      }
    };
  },
};

export const ATTACKS: readonly Attack[] = [
  strangersBodies,
  numbers,
  scans,
  graph,
  unread,
  polls,
  trees,
  unaffordable,
  floods,
  leases,
  claims,
];
