/** A hot command: the calls of one workspace that wait together share one transaction. */

import type { Actor } from "../actor.ts";
import type { Statement } from "../db/batch.ts";
import { isGuardRefusal } from "../db/errors.ts";
import type { Tx } from "../db/tx.ts";
import type { HotCommand, Outcome } from "../operation.ts";
import type { Problem } from "../problem.ts";
import type { Written } from "../signals.ts";
import type { Kernel, ReadyCall } from "./call.ts";
import { coalesce } from "./coalesce.ts";
import { createCommandRunner, readAnswer, storedAnswer } from "./command.ts";
import { type KeyedCall, type StoredAnswer, storeAnswers, takeKeys } from "./idempotency.ts";
import { runRecognised, runWithCallerCheck } from "./powers.ts";
import { agentsToAct, requireActors } from "./while-paused.ts";

/** The fast way left this call to the ordinary one. */
const ALONE = Symbol("alone");
type Result = StoredAnswer | Problem | typeof ALONE;

export function createHotRunner(kernel: Kernel) {
  const runAlone = createCommandRunner(kernel);
  const join = coalesceCalls(kernel);
  return async (operation: HotCommand, call: ReadyCall): Promise<unknown> => {
    const answer = await join(call.actor.workspace, { operation, ...call });
    return answer === ALONE ? runAlone(operation, call) : readAnswer(answer);
  };
}

interface HotReadyCall extends ReadyCall {
  operation: HotCommand;
}

/** The result of each call of a group, and the facts that the group stored. */
interface Done {
  results: Result[];
  facts: readonly Written[];
}

/**
 * Runs one group of a workspace at a time, also of different operations. The calls that wait meanwhile make the next
 * groups larger, and groups that lock the same gates would only wait for each other.
 */
function coalesceCalls(kernel: Kernel) {
  const { db, signals } = kernel;
  const apart = ({ keyed }: ReadyCall) => keyed && `${keyed.credential} ${keyed.key}`;
  // Calls with a key need a second message, so they are groups of their own.
  const kind = ({ operation, keyed }: HotReadyCall) => (keyed ? `${operation.name} with keys` : operation);

  async function runGroup(workspace: string, operation: HotCommand, calls: readonly HotReadyCall[]): Promise<Result[]> {
    const done = (await runAsBatch(kernel, operation, calls)) ?? (await runInSteps(kernel, operation, calls));
    if (done.facts.length > 0) signals.factsWritten(workspace, done.facts);
    return done.results;
  }

  return coalesce<HotReadyCall, StoredAnswer | typeof ALONE>(
    async (workspace, calls) => {
      const operation = calls[0]?.operation;
      return operation ? runRecognised(calls, (still) => runGroup(workspace, operation, still)) : [];
    },
    { apart, kind, bytes: ({ bytes }) => bytes, underway: db.vitals.groups },
  );
}

/**
 * The whole group in one message: the lock on the powers, what sees to it that each caller is who they were, and the work
 * with its facts. Undefined where that is not enough: for keys, and when somebody may not do what they ask for.
 */
async function runAsBatch(
  kernel: Kernel,
  operation: HotCommand,
  calls: readonly HotReadyCall[],
): Promise<Done | undefined> {
  if (calls.some(({ keyed }) => keyed)) return undefined;
  const actors = calls.map(({ actor }) => actor);
  const guarding = guardsOf(kernel, operation, actors);
  if (!guarding) return undefined;
  const { db, env } = kernel;
  const [workspace = ""] = actors.map((actor) => actor.workspace);
  const plan = operation.plan(calls, env);
  if (plan.statements.length === 0)
    return doneOf(
      kernel,
      calls.map(() => undefined),
    );
  try {
    const rows = await db.batch(workspace, [...guarding, ...plan.statements].map(inWorkspace(workspace)));
    return doneOf(kernel, plan.read(rows.slice(guarding.length)));
  } catch (error) {
    if (isGuardRefusal(error)) return undefined;
    throw error;
  }
}

function guardsOf({ guards }: Kernel, operation: HotCommand, actors: readonly Actor[]): Statement[] | undefined {
  const unchanged = guards?.unchanged(actors);
  if (!guards || !unchanged) return undefined;
  const agents = agentsToAct(operation, actors);
  return agents.length === 0 ? [...unchanged] : [...unchanged, guards.acting(agents)];
}

function inWorkspace(workspace: string): (statement: Statement) => Statement {
  return ({ name, text, values }) => ({ name, text, values: [workspace, ...values] });
}

function doneOf({ checkFact }: Kernel, outcomes: readonly (Outcome<unknown> | undefined)[]): Done {
  const facts = outcomes.flatMap((outcome) => (outcome && outcome.kind !== "unchanged" ? outcome.facts : []));
  if (checkFact) facts.forEach(checkFact);
  return { results: outcomes.map(resultOf), facts: facts.map((fact) => ({ fact })) };
}

/**
 * The same work as an ordinary transaction, which can check before it commits. The check of the callers is sent together
 * with the work and costs no round trip. A group that ran for a caller who may not act is rolled back.
 */
async function runInSteps(kernel: Kernel, operation: HotCommand, calls: readonly HotReadyCall[]): Promise<Done> {
  const { db, env, recognise } = kernel;
  const actors = calls.map(({ actor }) => actor);
  const [workspace = ""] = actors.map((actor) => actor.workspace);
  return db.hot(workspace, async (tx) => {
    const { known, fresh, outcomes } = await runWithCallerCheck(recognise, tx, actors, async () => {
      const known = await takeAll(tx, env.secrets, calls);
      const fresh = calls.filter((_, index) => !known[index]);
      return { known, fresh, outcomes: fresh.length > 0 ? await runActing(kernel, tx, operation, fresh) : [] };
    });
    // It is sent and not awaited: the commit that follows on the same connection waits for it and fails with it.
    storeAnswers(tx, keyedAnswers(operation, fresh, outcomes)).catch(() => undefined);
    const { results, facts } = doneOf(kernel, outcomes);
    let next = 0;
    return { results: known.map((result): Result => result ?? results[next++] ?? ALONE), facts };
  });
}

/** Runs the group. The check that the callers may act is sent together with the work. */
async function runActing(
  kernel: Kernel,
  tx: Tx,
  operation: HotCommand,
  calls: readonly HotReadyCall[],
): Promise<readonly (Outcome<unknown> | undefined)[]> {
  const { statements, read } = operation.plan(calls, kernel.env);
  const actors = calls.map(({ actor }) => actor);
  const [acting, worked] = await Promise.allSettled([
    requireActors(kernel, tx, operation, actors),
    Promise.all(statements.map(({ name, text, values }) => tx.statement(name, text, [tx.workspace, ...values]))),
  ]);
  if (acting.status === "rejected") throw acting.reason;
  if (worked.status === "rejected") throw worked.reason;
  return statements.length === 0 ? calls.map(() => undefined) : read(worked.value);
}

/** Nothing to look up unless somebody sent an idempotency key. */
async function takeAll(
  tx: Tx,
  secrets: Kernel["env"]["secrets"],
  calls: readonly ReadyCall[],
): Promise<(StoredAnswer | Problem | undefined)[]> {
  const keyed = calls.flatMap(({ keyed }) => keyed ?? []);
  if (keyed.length === 0) return calls.map(() => undefined);
  const found = await takeKeys(tx, secrets, keyed);
  const byCall = new Map<KeyedCall, StoredAnswer | Problem | undefined>(
    keyed.map((call, index) => [call, found[index]]),
  );
  // Only a call with a key can be refused unless it is a repeat.
  return calls.map(({ keyed, unlessRepeated }) => keyed && (byCall.get(keyed) ?? unlessRepeated));
}

function resultOf(outcome: Outcome<unknown> | undefined): Result {
  return outcome ? storedAnswer(outcome) : ALONE;
}

function keyedAnswers(
  operation: HotCommand,
  calls: readonly ReadyCall[],
  outcomes: readonly (Outcome<unknown> | undefined)[],
): Parameters<typeof storeAnswers>[1] {
  return calls.flatMap(({ keyed, final }, index) => {
    const outcome = outcomes[index];
    if (!outcome || !keyed) return [];
    const nothingYet = !final && outcome.kind === "unchanged" && operation.poll?.isEmpty(outcome.output);
    return nothingYet ? [] : [{ call: keyed, answer: storedAnswer(outcome), seal: undefined }];
  });
}
