/** A hot command: the calls of one workspace that wait together share one transaction. */

import type { Tx } from "../db/db.ts";
import { type FactEntry, insertFacts } from "../facts/insert.ts";
import type { HotCommand, Outcome } from "../operation.ts";
import type { Problem } from "../problem.ts";
import type { Kernel, ReadyCall } from "./call.ts";
import { coalesce } from "./coalesce.ts";
import { createCommandRunner, factEntries, readAnswer, storedAnswer } from "./command.ts";
import { type KeyedCall, type StoredAnswer, storeAnswers, takeKeys } from "./idempotency.ts";
import { recogniseBeside, runRecognised } from "./powers.ts";
import { requireActors } from "./while-paused.ts";

/** The fast way left this call to the ordinary one. */
const ALONE = Symbol("alone");
type Result = StoredAnswer | Problem | typeof ALONE;

export function createHotRunner(kernel: Kernel) {
  const runAlone = createCommandRunner(kernel);
  const join = coalesceCalls(kernel);
  return async (operation: HotCommand, call: ReadyCall): Promise<unknown> => {
    const answer = await join(call.actor.workspace, { ...call, operation });
    return answer === ALONE ? runAlone(operation, call) : readAnswer(answer);
  };
}

interface HotReadyCall extends ReadyCall {
  operation: HotCommand;
}

/**
 * One group of a workspace at a time, whatever the operation: what waits meanwhile makes the next groups larger, and
 * groups that lock the same gates would only wait for each other.
 */
function coalesceCalls(kernel: Kernel) {
  const { db, env, signals, recognise } = kernel;
  const apart = ({ keyed }: ReadyCall) => keyed && `${keyed.credential} ${keyed.key}`;

  async function runGroup(workspace: string, operation: HotCommand, calls: readonly HotReadyCall[]): Promise<Result[]> {
    let facts: readonly FactEntry[] = [];
    const results = await db.hot(workspace, async (tx) => {
      const actors = calls.map(({ actor }) => actor);
      const { known, fresh, outcomes } = await recogniseBeside(recognise, tx, actors, async () => {
        const known = await takeAll(tx, env.secrets, calls);
        const fresh = calls.filter((_, index) => !known[index]);
        return { known, fresh, outcomes: fresh.length > 0 ? await runActing(kernel, tx, operation, fresh) : [] };
      });
      facts = store(tx, operation, fresh, outcomes);
      let next = 0;
      return known.map((result): Result => result ?? resultOf(outcomes[next++]));
    });
    if (facts.length > 0) signals.factsWritten(workspace, facts);
    return results;
  }

  return coalesce<HotReadyCall, StoredAnswer | typeof ALONE>(
    async (workspace, calls) => {
      const operation = calls[0]?.operation;
      return operation ? runRecognised(calls, (still) => runGroup(workspace, operation, still)) : [];
    },
    { apart, kind: ({ operation }) => operation, bytes: ({ bytes }) => bytes, underway: db.vitals.groups },
  );
}

/**
 * Whether the callers may act is asked beside the work, so that nobody waits a round trip more. The work of a group in
 * which one may not is rolled back, and the group is run again call by call.
 */
async function runActing(
  kernel: Kernel,
  tx: Tx,
  operation: HotCommand,
  calls: readonly HotReadyCall[],
): Promise<readonly (Outcome<unknown> | undefined)[]> {
  const actors = calls.map(({ actor }) => actor);
  const [acting, worked] = await Promise.allSettled([
    requireActors(kernel, tx, operation, actors),
    operation.runMany({ tx, env: kernel.env }, calls),
  ]);
  if (acting.status === "rejected") throw acting.reason;
  if (worked.status === "rejected") throw worked.reason;
  return worked.value;
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

/**
 * All facts in one statement, all idempotent answers in one. They are sent and not awaited: the commit that follows on
 * the same connection waits for them and fails with them. Returns the facts.
 */
function store(
  tx: Tx,
  operation: HotCommand,
  calls: readonly ReadyCall[],
  outcomes: readonly (Outcome<unknown> | undefined)[],
): FactEntry[] {
  const facts: FactEntry[] = [];
  const answers: Parameters<typeof storeAnswers>[1][number][] = [];
  calls.forEach((call, index) => {
    const outcome = outcomes[index];
    if (!outcome) return;
    facts.push(...factEntries(call, outcome));
    const nothingYet = !call.final && outcome.kind === "unchanged" && operation.poll?.isEmpty(outcome.output);
    if (call.keyed && !nothingYet) {
      answers.push({ call: call.keyed, answer: storedAnswer(outcome), seal: undefined });
    }
  });
  sent(insertFacts(tx, facts));
  sent(storeAnswers(tx, answers));
  return facts;
}

/** Marks a statement as judged by the commit. */
function sent(statement: Promise<void>): void {
  statement.catch(() => undefined);
}
