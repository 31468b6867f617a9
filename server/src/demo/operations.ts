/** The demo, started through the server by whoever may make agents and keys. */
import { uuidv7 } from "uuidv7";
import { isFirstWorkspace } from "../auth/index.ts";
import { type CommandContext, changed, command, type Operation, query, unchanged } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { Fields, Id } from "../kernel/schema.ts";
import { countUsableKeys } from "../keys/index.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { revokeKey } from "../keys/operations/revoke-key.ts";
import { lockWorkspace, tierOf } from "../tiers/index.ts";
import { NEEDS, OTHERS_IN_CREW, WORKERS_DEFAULT } from "./needs.ts";
import { isRunning, presentDemo, roomHindrance, underWay } from "./rules.ts";
import { Demo, DemoEnd } from "./schema.ts";
import { findRun, saveEnd, saveNewRun, saveRoot } from "./store.ts";

/** The key of a run, and one for each of the crew. */
const KEYS_NEEDED = 1 + WORKERS_DEFAULT + OTHERS_IN_CREW;
/** Longer than a run can take, so that only one whose server died gets there. */
const RUN_EXPIRES_MINUTES = 5;
const FROM_TERMINAL = "With a service key, run bailiwick demo --url … --key … from a terminal.";
const ELSEWHERE =
  "The demo runs on the server's machine, and so only in the workspace of the person whom the server belongs to.";
const MORE_ROOM = "Revoke keys that nobody needs, or ask the operator of this server for a higher tier.";

export const getDemo = query({
  name: "demo.get",
  summary: "See whether the demo runs in this workspace, whether it can be started, and how the latest run ended.",
  route: "GET /demo",
  permission: "keys:write",
  input: Fields({}),
  output: Demo,
  problems: [],
  async run({ tx, env }) {
    if (!(await isFirstWorkspace(tx))) return presentDemo(undefined, ELSEWHERE, tx.now, false);
    const run = await findRun(tx);
    const hindrance = roomHindrance(await tierOf(tx), await countUsableKeys(tx), KEYS_NEEDED);
    return presentDemo(run, hindrance ?? (await env.demo.unavailable()), tx.now);
  },
});

export const startDemo = command({
  name: "demo.start",
  summary: "Start the demo: a crew of agents audits the packages installed with this server.",
  description:
    "The crew are processes of the server's machine, each with a key of its own. One is killed in mid-task and its task " +
    "recovered. Follow it in the live feed, or below root_task_id; it takes some 20 seconds, and its keys end with it.",
  route: "POST /demo/start",
  status: 202,
  permission: "keys:write",
  input: Fields({}),
  output: Demo,
  problems: ["conflict", "tier_limit", "forbidden"],
  async run(context) {
    const { tx, now, env, actor } = context;
    if (actor.kind !== "user")
      throw new Problem("forbidden", "A person starts the demo.", { next_step: FROM_TERMINAL });
    if (!(await isFirstWorkspace(tx))) throw new Problem("forbidden", ELSEWHERE, { next_step: FROM_TERMINAL });
    await requireFree(context);
    const id = uuidv7();
    const expires_at = new Date(now.getTime() + RUN_EXPIRES_MINUTES * 60_000);
    const made = await createKey.run(context, {
      kind: "service",
      name: "Demo",
      scopes: [...NEEDS],
      expires_at: expires_at.toISOString(),
    });
    if (made.kind !== "changed") throw new Error("A key that is made is a change.");
    const { id: key_id, key } = made.output;
    const run = await saveNewRun(tx, { id, key_id, started_at: now, expires_at });
    const fact = { type: "demo.started", subject: { kind: "demo", id }, data: { key_id, expires_at: run.expires_at } };
    return {
      ...changed(presentDemo(run, undefined, now), fact, ...made.facts),
      afterCommit: () => env.demo.start({ id, workspace: tx.workspace, key }),
    };
  },
});

/** The lock on the workspace holds back whoever asks at the same moment, on whatever server. */
async function requireFree({ tx, now, env }: CommandContext): Promise<void> {
  const tier = await lockWorkspace(tx);
  const last = await findRun(tx);
  if (last && isRunning(last, now)) {
    throw new Problem("conflict", underWay(last), { next_step: "Watch it, or wait for its end." });
  }
  const used = await countUsableKeys(tx);
  const cramped = roomHindrance(tier, used, KEYS_NEEDED);
  if (cramped !== undefined) {
    const { tier_name, limits } = tier;
    const known = { tier_name, limit: limits.max_api_keys, used };
    throw new Problem("tier_limit", cramped, { upgrade_required: true, next_step: MORE_ROOM, ...known });
  }
  const hindrance = await env.demo.unavailable();
  if (hindrance !== undefined) throw new Problem("conflict", hindrance);
}

export const noteDemoRoot = command({
  name: "demo.note_root",
  summary: "Note which task a run of the demo is about.",
  route: "POST /internal/demo/note-root",
  internal: true,
  permission: "demo:run",
  input: Fields({ id: Id, root_task_id: Id }),
  output: Fields({}),
  problems: [],
  async run({ tx }, { id, root_task_id }) {
    await lockWorkspace(tx);
    if ((await saveRoot(tx, id, root_task_id)) === undefined) return unchanged({});
    return changed({}, { type: "demo.audit_created", subject: { kind: "demo", id }, data: { root_task_id } });
  },
});

export const endDemo = command({
  name: "demo.end",
  summary: "Note how a run of the demo ended, and revoke the keys it worked with.",
  route: "POST /internal/demo/end",
  internal: true,
  permission: "demo:run",
  changesCredentials: true,
  input: DemoEnd,
  output: Fields({}),
  problems: [],
  async run(context, end) {
    const { tx, now } = context;
    await lockWorkspace(tx);
    const run = await saveEnd(tx, end, now);
    if (!run) return unchanged({});
    const { id, outcome, reason, root_task_id, key_id } = run;
    const revoked = await revokeKey.run(context, { id: key_id });
    const facts = revoked.kind === "changed" ? revoked.facts : [];
    const data = { outcome, reason, root_task_id };
    return changed({}, { type: "demo.ended", subject: { kind: "demo", id }, data }, ...facts);
  },
});

export const DEMO_OPERATIONS: readonly Operation[] = [getDemo, startDemo, noteDemoRoot, endDemo];
