/** The operations that start the demo on the server and store its runs. */
import { uuidv7 } from "uuidv7";
import { isFirstWorkspace } from "../auth/index.ts";
import { only } from "../kernel/db/columns.ts";
import { type CommandContext, changed, command, type Operation, query, unchanged } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { Fields, Id } from "../kernel/schema.ts";
import { countUsableKeys, endKeyById, makeKey } from "../keys/index.ts";
import { lockWorkspace, tierOf } from "../tiers/index.ts";
import { demoAuditCreated, demoEnded, demoStarted } from "./facts.ts";
import { NEEDS, OTHERS_IN_CREW, WORKERS_DEFAULT } from "./needs.ts";
import { alreadyRunning, isRunning, keyLimitReason, toWire } from "./rules.ts";
import { Demo, DemoEnd } from "./schema.ts";
import { findRun, saveEnd, saveNewRun, saveRoot } from "./store.ts";

/** The key of the run, and one key for each agent of the crew. */
const KEYS_NEEDED = 1 + WORKERS_DEFAULT + OTHERS_IN_CREW;
/** Longer than a run can take. Only a run whose server died reaches this time. */
const RUN_EXPIRES_MINUTES = 5;
const FROM_TERMINAL = "With a service key, run bailiwick demo --url … --key … from a terminal.";
const OTHER_WORKSPACE =
  "The demo runs on the server's machine, and so only in the own workspace of the server's owner.";
const MORE_KEYS = "Revoke keys that are no longer needed, or ask the operator of this server for a higher tier.";

export const getDemo = query({
  name: "demo.get",
  summary: "Read the state of the demo in this workspace: whether it runs, can be started, and how the last run ended.",
  route: "GET /demo",
  permission: "keys:write",
  input: Fields({}),
  output: Demo,
  problems: [],
  async run({ tx, env }) {
    if (!(await isFirstWorkspace(tx))) return toWire(undefined, OTHER_WORKSPACE, tx.now, false);
    const run = await findRun(tx);
    const reason = keyLimitReason(await tierOf(tx), await countUsableKeys(tx), KEYS_NEEDED);
    return toWire(run, reason ?? (await env.demo.unavailable()), tx.now);
  },
});

export const startDemo = command({
  name: "demo.start",
  summary: "Start the demo: a crew of agents audits the packages installed with this server.",
  description:
    "The crew are processes on the server's machine, each with its own key. One of them is killed during a task, and the " +
    "task is recovered. Follow the demo in the live feed or below root_task_id. It takes about 20 seconds, and its keys " +
    "end with it.",
  route: "POST /demo/start",
  status: 202,
  permission: "keys:write",
  input: Fields({}),
  output: Demo,
  problems: ["conflict", "tier_limit", "forbidden"],
  async run(context) {
    const { tx, now, env, actor } = context;
    if (actor.kind !== "user")
      throw new Problem("forbidden", "Only a person may start the demo.", { next_step: FROM_TERMINAL });
    if (!(await isFirstWorkspace(tx))) throw new Problem("forbidden", OTHER_WORKSPACE, { next_step: FROM_TERMINAL });
    await requireFree(context);
    const id = uuidv7();
    const expires_at = new Date(now.getTime() + RUN_EXPIRES_MINUTES * 60_000);
    const made = await makeKey(context, {
      kind: "service",
      name: "Demo",
      scopes: [...NEEDS],
      expires_at: expires_at.toISOString(),
    });
    const { id: key_id, key } = made.key;
    const run = await saveNewRun(tx, { id, key_id, started_at: now, expires_at });
    const fact = demoStarted(id, { key_id, expires_at: run.expires_at });
    return {
      ...changed(toWire(run, undefined, now), fact, made.fact),
      afterCommit: () => env.demo.start({ id, workspace: tx.workspace, user_id: actor.id, key }),
    };
  },
});

/** Throws when no run can be started. The workspace's lock makes concurrent calls wait, on all servers. */
async function requireFree({ tx, now, env }: CommandContext): Promise<void> {
  const tier = await lockWorkspace(tx);
  const last = await findRun(tx);
  if (last && isRunning(last, now)) {
    throw new Problem("conflict", alreadyRunning(last), { next_step: "Watch the demo, or wait for its end." });
  }
  const used = await countUsableKeys(tx);
  const keyLimit = keyLimitReason(tier, used, KEYS_NEEDED);
  if (keyLimit !== undefined) {
    const { tier_name, limits } = tier;
    const known = { tier_name, limit: limits.max_api_keys, used };
    throw new Problem("tier_limit", keyLimit, { upgrade_required: true, next_step: MORE_KEYS, ...known });
  }
  const reason = await env.demo.unavailable();
  if (reason !== undefined) throw new Problem("conflict", reason);
}

export const noteDemoRoot = command({
  name: "demo.note_root",
  summary: "Store the root task of a demo run.",
  route: "POST /internal/demo/note-root",
  internal: true,
  permission: "demo:run",
  input: Fields({ id: Id, root_task_id: Id }),
  output: Fields({}),
  problems: [],
  async run({ tx }, { id, root_task_id }) {
    await lockWorkspace(tx);
    if ((await saveRoot(tx, id, root_task_id)) === undefined) return unchanged({});
    return changed({}, demoAuditCreated(id, { root_task_id }));
  },
});

export const endDemo = command({
  name: "demo.end",
  summary: "Store the end of a demo run, and revoke its keys.",
  route: "POST /internal/demo/end",
  internal: true,
  permission: "demo:run",
  changesCredentials: true,
  input: DemoEnd,
  output: Fields({}),
  problems: [],
  async run({ tx, now }, end) {
    await lockWorkspace(tx);
    const run = await saveEnd(tx, end, now);
    if (!run) return unchanged({});
    const facts = await endKeyById(tx, run.key_id, now);
    return changed({}, demoEnded(run.id, only(run, ["outcome", "reason", "root_task_id"])), ...facts);
  },
});

export const DEMO_OPERATIONS: readonly Operation[] = [getDemo, startDemo, noteDemoRoot, endDemo];
