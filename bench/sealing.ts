/** Measures claims while facts of the same workspace are sealed, against claims without, and if sealing keeps up. */
import type pg from "pg";
import { uuidv7 } from "uuidv7";
import { auditJobs } from "../server/src/audit/jobs.ts";
import { sealFacts } from "../server/src/audit/operations/seal-facts.ts";
import { systemActor } from "../server/src/kernel/actor.ts";
import type { JobContext } from "../server/src/kernel/jobs/job.ts";
import { measure } from "./callers.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { lifecycle } from "./ours.ts";
import { PIECE_MS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const CALLERS = 16;
const FACTS_PER_SECOND = 5_000;
/** The job runs this often. */
const EVERY_MS = 1_000;
/** Facts that arrive at once, so that a second has ten arrivals. */
const ARRIVAL = FACTS_PER_SECOND / 10;

// Ids begin with their time, as those of the server do.
const ADD = `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, data, request_id)
select $1::uuid, id, 'task.progress', 'agent', $2::text, 'task', id, $2::text::uuid,
  '{"attempt": 1, "note": "Summarised three of the ten invoices."}', 'bench' from unnest($3::uuid[]) id`;

/** Facts arrive at the same rate in both pieces of a round, so that only sealing differs. */
export async function measureSealing(cluster: Cluster): Promise<void> {
  const world = await createWorld(cluster, CALLERS);
  const watched = { process: process.pid, postmaster: cluster.postmaster };
  const rates: Record<"without" | "sealed", number[]> = { without: [], sealed: [] };
  const left: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const piece = async (isSealed: boolean) => {
      await sealAll(world);
      return whileBusy(cluster.admin, world, isSealed, () => measure(CALLERS, PIECE_MS, lifecycle(world), watched));
    };
    // The order changes, because the second piece of a round has more facts in the database.
    const order = round % 2 === 0 ? [false, true] : [true, false];
    for (const isSealed of order) {
      const { perSecond } = await piece(isSealed);
      if (round < 0) continue;
      if (isSealed) left.push(await countUnsealed(cluster.admin, world.workspace));
      rates[isSealed ? "sealed" : "without"].push(perSecond);
    }
    say(`round ${round}: ${rates.without.at(-1)?.toFixed(0)} a second, sealed ${rates.sealed.at(-1)?.toFixed(0)}`);
  }
  print(figure(`lifecycles with ${FACTS_PER_SECOND} more facts a second`, "per second", rates.without));
  print(figure("the same while they are sealed", "per second", rates.sealed));
  const target = { is: "at least", value: 0.95 } as const;
  print(figure("sealed / without", "ratio", ratios(rates.sealed, rates.without), target));
  const behind = { is: "at most", value: 2 * FACTS_PER_SECOND } as const;
  print(figure("facts that are not sealed at the end of a round", "facts", left, behind));
}

async function whileBusy<T>(admin: pg.Client, world: World, isSealed: boolean, work: () => Promise<T>): Promise<T> {
  let isOver = false;
  const repeated = async (everyMs: number, step: () => Promise<unknown>) => {
    for (let next = performance.now(); !isOver; next += everyMs) {
      await step();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next + everyMs - performance.now())));
    }
  };
  const agent = world.workers[0]?.id;
  const ids = () => Array.from({ length: ARRIVAL }, () => uuidv7());
  const arrivals = repeated(100, () => admin.query(ADD, [world.workspace, agent, ids()]));
  const sealing = isSealed ? repeated(EVERY_MS, () => sealingRound(world)) : Promise.resolve();
  try {
    return await work();
  } finally {
    isOver = true;
    await Promise.all([arrivals, sealing]);
  }
}

/** Runs the job as the server does. */
async function sealingRound(world: World): Promise<void> {
  const [job] = auditJobs();
  await job?.run(contextOf(world));
}

function contextOf({ app }: World): JobContext {
  const dispatchFor: JobContext["dispatchFor"] = async (operation, actor, input) =>
    (await app.dispatcher.dispatch(operation, actor, { input, request: requestInfo() })).output;
  return {
    db: app.db,
    env: app.env,
    dispatch: (operation, workspace, input = {}) => dispatchFor(operation, systemActor("bench", workspace), input),
    dispatchFor,
    onStuck: (id, error) => say(`${id}: ${error}`),
    stop: new AbortController().signal,
  };
}

async function sealAll(world: World): Promise<void> {
  const { dispatch } = contextOf(world);
  for (let hasMore = true; hasMore; ) {
    // The dispatcher returns the operation's output.
    const { has_more } = (await dispatch(sealFacts, world.workspace)) as { has_more: boolean };
    hasMore = has_more;
  }
}

async function countUnsealed(admin: pg.Client, workspace: string): Promise<number> {
  const { rows } = await admin.query<{ facts: number }>(
    `select (select count(*) from facts where workspace_id = $1)::int
      - (select size from audit_trees where workspace_id = $1)::int as facts`,
    [workspace],
  );
  return rows[0]?.facts ?? 0;
}
