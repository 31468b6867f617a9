/** The limits of a tier hold for many callers at once on several processes. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloneAgent } from "../src/agents/operations/clone-agent.ts";
import { createAgent } from "../src/agents/operations/create-agent.ts";
import { importAgent } from "../src/agents/operations/import-agent.ts";
import { type Actor, systemActor } from "../src/kernel/actor.ts";
import type { Operation, PublicCommand } from "../src/kernel/operation.ts";
import { createKey } from "../src/keys/operations/create-key.ts";
import { setTier } from "../src/tiers/operations.ts";
import { TIERS } from "../src/tiers/tiers.ts";
import { aWorkspace, requestInfo, useApp } from "./harness/harness.ts";
import { aProcess, type TestProcess } from "./harness/processes.ts";

const app = useApp();
const CALLERS = 24;
let processes: TestProcess[];
beforeAll(async () => {
  processes = await Promise.all([aProcess(app()), aProcess(app())]);
});
afterAll(() => Promise.all(processes.map((one) => one.close())));

type RaceCall = [operation: Exclude<Operation, PublicCommand>, input: Record<string, unknown>];

/** Runs half of the calls on each process. Returns the codes of the refusals. */
async function allAtOnce(actor: Actor, ask: (index: number) => RaceCall): Promise<unknown[]> {
  const results = await Promise.allSettled(
    Array.from({ length: CALLERS }, (_, index) => {
      const [operation, input] = ask(index);
      return processes[index % 2]?.dispatcher.dispatch(operation, actor, { input, request: requestInfo() });
    }),
  );
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
}

async function countOf(table: "agents" | "api_keys", workspace: string): Promise<number> {
  const { rows } = await app().admin.query(`select count(*)::int as n from ${table} where workspace_id = $1`, [
    workspace,
  ]);
  return rows[0].n;
}

describe.each(["free", "production"] as const)("on the %s tier", (tier) => {
  const limits = TIERS[tier];

  it("agents created, cloned and imported reach the limit exactly and never exceed it", async () => {
    const { id, owner } = await aWorkspace(app(), tier);
    const first = await app().call(createAgent, owner, { name: "First" });
    const ways: RaceCall[] = [
      [createAgent, { name: "Made" }],
      [cloneAgent, { id: first.id }],
      [importAgent, { name: "Imported" }],
    ];
    const refused = await allAtOnce(owner, (index) => ways[index % ways.length] ?? [createAgent, { name: "Made" }]);
    expect(new Set(refused)).toEqual(new Set(["tier_limit"]));
    expect(await countOf("agents", id)).toBe(limits.agent_limit);
  });

  it("keys reach the limit exactly and never exceed it", async () => {
    const { id, owner } = await aWorkspace(app(), tier);
    const refused = await allAtOnce(owner, () => [createKey, { kind: "service", scopes: ["ingest"], name: "k" }]);
    expect(refused).toEqual(Array.from({ length: CALLERS - limits.max_api_keys }, () => "tier_limit"));
    expect(await countOf("api_keys", id)).toBe(limits.max_api_keys);
  });
});

it("while the tier is lowered, no row is added above the limit of that moment", async () => {
  const { id, owner } = await aWorkspace(app(), "production");
  const lower = app().call(setTier, systemActor("operator", id), { tier_name: "free" });
  await allAtOnce(owner, () => [createAgent, { name: "Made" }]);
  await lower;
  const made = await app().admin.query(
    `select count(*)::int as n from facts where workspace_id = $1 and type = 'agent.created'
     and seq > (select seq from facts where workspace_id = $1 and type = 'tier.changed')`,
    [id],
  );
  const all = await countOf("agents", id);
  expect(all).toBeLessThanOrEqual(TIERS.production.agent_limit);
  // Every row that was added after the change fits the lower tier.
  expect(made.rows[0].n === 0 || all <= TIERS.free.agent_limit).toBe(true);
});
