/** Runs an ordinary command: one caller, one transaction. */

import { clockOf, enterWorkspace } from "../db/db.ts";
import type { Tx } from "../db/tx.ts";
import type { Mail } from "../environment.ts";
import { type FactEntry, insertFacts } from "../facts/insert.ts";
import type { Command, CommandContext, CommandOutcome, HotCommand, Outcome } from "../operation.ts";
import { Problem, StoredRefusal } from "../problem.ts";
import type { Kernel, ReadyCall } from "./call.ts";
import { type StoredAnswer, storeAnswers, takeKeys } from "./idempotency.ts";
import { createOutside } from "./outside.ts";
import { recogniseOne } from "./powers.ts";
import { requireActors } from "./while-paused.ts";

interface Ran {
  answer: StoredAnswer;
  /** A repeat has none: the mail was sent the first time. */
  mail?: Mail | undefined;
  afterCommit?: (() => Promise<void>) | undefined;
  /** False for a repeat, and when the command changed nothing. */
  hasChanged: boolean;
  /** The stored facts by the workspace of their log. */
  written: ReadonlyMap<string, readonly FactEntry[]>;
}

type Decide = (context: CommandContext, input: ReadyCall["input"]) => Promise<CommandOutcome<unknown> | undefined>;

/** Rolls back the try of a command that must run alone. */
class NeedsAlone extends Error {}

export function createCommandRunner(kernel: Kernel) {
  const { db, env, signals, recognise, onLateFailure } = kernel;
  const lookOutside = createOutside(kernel);

  async function run(tx: Tx, command: Command | HotCommand, admitted: ReadyCall, decide: Decide): Promise<Ran> {
    const actor = await recogniseOne(recognise, tx, command, admitted.actor);
    const now = await clockOf(tx);
    const call = { ...admitted, actor };
    const { input, keyed, request } = call;
    if (keyed) {
      const [known] = await takeKeys(tx, env.secrets, [keyed]);
      if (known instanceof Problem) throw known;
      if (known) return { answer: known, hasChanged: false, written: new Map() };
    }
    if (call.unlessRepeated) throw call.unlessRepeated;
    await requireActors(kernel, tx, command, [actor]);
    const outcome = await decide({ tx, actor, request, now, env }, input);
    if (!outcome) throw new NeedsAlone();
    const answer = storedAnswer(outcome);
    const facts = factsByLog(kernel, call, outcome);
    await insertFacts(tx, facts.get(actor.workspace) ?? []);
    const seal = command.answersSecret ? env.secrets : undefined;
    const isEmpty = command.kind === "hot" && outcome.kind !== "refused" && command.poll?.isEmpty(outcome.output);
    if (keyed && (call.final || !isEmpty)) await storeAnswers(tx, [{ call: keyed, answer, seal }]);
    await insertElsewhere(tx, facts, actor.workspace);
    const { mail, afterCommit } = outcome;
    return { answer, mail, afterCommit, hasChanged: outcome.kind !== "unchanged", written: facts };
  }

  /** Returns undefined when the command must run alone. Nothing of the try is stored then. */
  async function runBefore(command: Command | HotCommand, call: ReadyCall): Promise<Ran | undefined> {
    if (command.kind === "hot" || !command.beforeAlone) return undefined;
    const decide: Decide = async (context, input) => command.beforeAlone?.(context, input);
    try {
      return await db.transaction(call.actor.workspace, (tx) => run(tx, command, call, decide));
    } catch (error) {
      if (error instanceof NeedsAlone) return undefined;
      throw error;
    }
  }

  return async (command: Command | HotCommand, call: ReadyCall): Promise<unknown> => {
    const { workspace, id } = call.actor;
    const found = await lookOutside(command, call);
    const decide: Decide = (context, input) => command.run({ ...context, found }, input);
    const transaction = command.changesCredentials ? db.alone : db.transaction;
    const { answer, mail, afterCommit, hasChanged, written } =
      (await runBefore(command, call)) ?? (await transaction(workspace, (tx) => run(tx, command, call, decide)));
    // A person has sessions and memberships in other workspaces too.
    if (command.changesCredentials && hasChanged) signals.credentialsChanged([workspace, id]);
    for (const [log, entries] of written) signals.factsWritten(log, entries);
    const onFailure = (error: unknown) => onLateFailure(error, call.request.id);
    if (mail) env.sendMail(mail).catch(onFailure);
    afterCommit?.().catch(onFailure);
    return readAnswer(answer);
  };
}

/** Runs last, because the transaction cannot return to the first workspace. */
async function insertElsewhere(tx: Tx, facts: ReadonlyMap<string, FactEntry[]>, own: string): Promise<void> {
  for (const [workspace, entries] of facts) {
    if (workspace !== own) await insertFacts(await enterWorkspace(tx, workspace), entries);
  }
}

/** Groups the facts by the workspace of their log. */
function factsByLog(kernel: Kernel, call: ReadyCall, outcome: Outcome<unknown>): Map<string, FactEntry[]> {
  const logs = new Map<string, FactEntry[]>();
  for (const entry of factEntries(kernel, call, outcome)) {
    const log = entry.fact.workspace ?? call.actor.workspace;
    logs.set(log, [...(logs.get(log) ?? []), entry]);
  }
  return logs;
}

export function factEntries(
  { checkFact }: Kernel,
  { actor, request }: Pick<ReadyCall, "actor" | "request">,
  outcome: Outcome<unknown>,
): FactEntry[] {
  if (outcome.kind === "unchanged") return [];
  return outcome.facts.map((fact) => {
    checkFact?.(fact);
    return { actor, requestId: request.id, traceId: request.trace_id, fact };
  });
}

export function storedAnswer(outcome: Outcome<unknown>): StoredAnswer {
  if (outcome.kind !== "refused") return { output: outcome.output };
  const { code, message, details } = outcome.problem;
  return { problem: { code, detail: message, details } };
}

export function readAnswer(answer: StoredAnswer): unknown {
  if (!answer.problem) return answer.output;
  const { code, detail, details } = answer.problem;
  throw new StoredRefusal(code, detail, details);
}
