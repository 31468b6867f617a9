import Type from "typebox";
import { uuidv7 } from "uuidv7";
import { lockCaps } from "../../caps/index.ts";
import { lockGates } from "../../gate/index.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { factRecord } from "../../kernel/facts/insert.ts";
import { changed, hotCommand, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Defaulted, Fields } from "../../kernel/schema.ts";
import { blockUnpaid, chooseAffordable, type Unpaid } from "../affordable.ts";
import { workBy } from "../facts.ts";
import { WantsEnv } from "../holder-schema.ts";
import { keptInputs } from "../kept-inputs.ts";
import { noteRefused } from "../refused-starts.ts";
import {
  CLAIM_LIMIT_MAX,
  Claimed,
  LEASE_SECONDS_DEFAULT,
  LeaseSeconds,
  MCP_LEASE_SECONDS_DEFAULT,
  type TaskRow,
  WAIT_SECONDS_MAX,
} from "../schema.ts";
import { askForSkipped } from "../steps/ask-room.ts";
import { holdTask, lockAround } from "../steps/hold.ts";
import { beginAttempt, limitsOf, startedFact } from "../steps/start.ts";
import { findCarried, withCarried } from "../store/carried.ts";
import {
  type ClaimCall,
  type ClaimedRow,
  claimMarks,
  claimPlainTasks,
  listSkipped,
  SKIPPED_SHOWN,
  type SkippedRow,
  type SkippedTask,
  skippedByAgent,
  skippedTask,
  skippedTasks,
  takenTasks,
} from "../store/claim.ts";
import { listPools } from "../store/pools.ts";
import { findRefusals } from "../store/refusals.ts";
import { type Carried, toHolder } from "../to-wire.ts";
import { workerEnv } from "../worker-env.ts";

const Input = Fields({
  limit: Defaulted(Type.Integer({ minimum: 1, maximum: CLAIM_LIMIT_MAX }), 1),
  wait_seconds: Defaulted(Type.Integer({ minimum: 0, maximum: WAIT_SECONDS_MAX }), 0),
  lease_seconds: Defaulted(LeaseSeconds, LEASE_SECONDS_DEFAULT),
  env: WantsEnv,
});

export const claimTasks = hotCommand({
  name: "tasks.claim",
  summary: "Take your next task, also of your role or tags: the one with the highest priority, then the oldest.",
  description:
    "Waits up to wait_seconds for work. Each item has a fence and lease_expires_at. Send a heartbeat before the lease " +
    "ends, and finish with complete or fail. env of an item is for the process that works on it. `skipped` lists your tasks that cannot start yet, with the reasons.",
  route: "POST /tasks/claim",
  permission: "tasks:claim",
  requests: "work",
  mcpDefaults: { lease_seconds: MCP_LEASE_SECONDS_DEFAULT, env: false },
  keeps: keptInputs,
  // The gate gives no task to a paused agent, and `skipped` contains the reason.
  whilePaused: true,
  input: Input,
  output: Claimed,
  problems: ["forbidden"],
  poll: {
    seconds: (input) => input.wait_seconds,
    isEmpty: (output) => output.items.length === 0,
    wakes: workBy,
    marks: claimMarks,
  },
  /** Serves agents whose next tasks include one with a budget or do not fit under a cap, and agents of a pool with tasks. */
  async run({ tx, actor, request, now, env }, { limit, lease_seconds, env: wantsEnv }) {
    requireAgent(actor);
    const queues = [actor.id, ...(await listPools(tx, actor.id))] as const;
    // While the gates are locked, nobody else starts or assigns the tasks of the agent and of its pools.
    const gate = (await lockGates(tx, queues)).get(actor.id);
    if (!gate) throw new Error(`Agent ${actor.id} has no gate.`);
    const { chosen, last } = await chooseAffordable(tx, queues, limit);
    await lockAround(tx, chosen);
    let caps = chosen.length > 0 ? await lockCaps(tx) : [];
    const items: Item[] = [];
    const skipped: SkippedTask[] = [];
    for (const task of chosen) {
      const held = await holdTask(tx, task.id);
      const refusal = (await findRefusals(tx, [task.id], actor.id)).get(task.id);
      if (refusal) skipped.push(skippedTask(task.id, refusal));
      else {
        const lease = { seconds: lease_seconds, taker: actor.id, caps };
        const begun = await beginAttempt(tx, { ...held, gate }, lease, now);
        const { task: row, wouldHaveBlocked } = begun;
        items.push({ row, ...(await findCarried(tx, row)), ...limitsOf(begun, gate, now), wouldHaveBlocked });
        caps = [...begun.caps];
      }
    }
    const { facts, refusals } = gate.refusal ? NOTHING : await blockUnpaid(tx, queues, last, now);
    skipped.push(...refusals.slice(0, SKIPPED_SHOWN).map(({ id, refusal }) => skippedTask(id, refusal)));
    const waiting = await listSkipped(tx, actor.id);
    const left = unique([...skipped, ...waiting]);
    const asks = await askForSkipped(tx, left, actor);
    const outcome = claimed(items, left, wantsEnv ? env.publicUrl : undefined, [...facts, ...asks]);
    // Tasks that were blocked have a fact of their own.
    if (items.length > 0 || facts.length > 0) return outcome;
    return { ...outcome, afterCommit: async () => noteRefused(env, { actor, request }, waiting) };
  },
  /** Most claims are decided here, by the statement in `store/claim.ts`. */
  plan(calls, env) {
    const { publicUrl } = env;
    const claims = calls.map((call, place): ClaimCall => {
      const { limit, lease_seconds: leaseSeconds } = call.input;
      const { id } = call.actor;
      // The statement adds the task.
      const unknown = { id: "", assigned_to_agent_id: id, pool_id: null, attempt: 0, fence: 0, lease_expires_at: null };
      const fact = factRecord(call, startedFact(unknown, "queued"));
      const factIds = Array.from({ length: limit }, () => uuidv7());
      return { place, agent_id: id, wanted: limit, lease_seconds: leaseSeconds, fact, fact_ids: factIds };
    });
    return {
      statements: [claimPlainTasks(claims), skippedTasks(claims.map(({ agent_id }) => agent_id))],
      read([rows = [], skippedRows = []]) {
        const { taken, others } = takenTasks(rows as ClaimedRow[]);
        const skipped = skippedByAgent(skippedRows as SkippedRow[]);
        return calls.map(({ actor, request, input }, place) => {
          if (actor.kind !== "agent" || others.has(actor.id)) return undefined;
          const [items, waiting] = [(taken.get(place) ?? []).map(withCarried), skipped.get(actor.id) ?? []];
          if (items.length === 0) noteRefused(env, { actor, request }, waiting);
          return claimed(items, waiting, input.env ? publicUrl : undefined);
        });
      },
    };
  },
});

function requireAgent({ kind }: { kind: string }): void {
  if (kind !== "agent") throw new Problem("forbidden", "Only an agent claims; a person starts a task by its id.");
}

const NOTHING: Unpaid = { facts: [], refusals: [] };

function unique<S extends { task_id: string }>(skipped: readonly S[]): S[] {
  return [...new Map(skipped.map((one) => [one.task_id, one])).values()];
}

interface Item extends Carried {
  row: TaskRow;
  wouldHaveBlocked?: readonly string[];
}

function claimed(
  items: readonly Item[],
  skipped: SkippedTask[],
  envUrl: string | undefined,
  blocked: readonly Fact[] = [],
) {
  const envOf = (row: TaskRow) => (envUrl === undefined ? undefined : workerEnv(row, envUrl));
  const output = { items: items.map(({ row, ...carried }) => toHolder(row, carried, envOf(row))), skipped };
  const [first, ...more] = [
    ...items.map(({ row, wouldHaveBlocked }): Fact => startedFact(row, "queued", wouldHaveBlocked)),
    ...blocked,
  ];
  return first ? changed(output, first, ...more) : unchanged(output);
}
