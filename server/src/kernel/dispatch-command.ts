/** An ordinary command: one caller, one transaction. */
import { insertFacts } from "./audit.ts";
import { clockOf, type Tx } from "./db.ts";
import type { Kernel, ReadyCall } from "./dispatch.ts";
import { type StoredAnswer, storeAnswers, takeKeys } from "./idempotency.ts";
import type { Command, HotCommand, Outcome } from "./operation.ts";
import { Problem } from "./problem.ts";

export function createCommandRunner({ db, env, signals }: Kernel) {
  async function run(tx: Tx, command: Command | HotCommand, call: ReadyCall): Promise<StoredAnswer> {
    const now = await clockOf(tx);
    const { actor, input, keyed } = call;
    if (keyed) {
      const [known] = await takeKeys(tx, env.secrets, [keyed]);
      if (known instanceof Problem) throw known;
      if (known) return known;
    }
    const outcome = await command.run({ tx, actor, now, env }, input);
    const answer = storedAnswer(outcome);
    await insertFacts(tx, factEntries(call, outcome));
    const seal = command.answersSecret ? env.secrets : undefined;
    const isEmpty = command.kind === "hot" && outcome.kind === "unchanged" && command.poll?.isEmpty(outcome.output);
    if (keyed && (call.final || !isEmpty)) await storeAnswers(tx, [{ call: keyed, answer, seal }]);
    return answer;
  }

  return async (command: Command | HotCommand, call: ReadyCall): Promise<unknown> => {
    const { workspace } = call.actor;
    const answer = await db.transaction(workspace, (tx) => run(tx, command, call));
    if (command.changesCredentials) signals.credentialsChanged();
    signals.factsWritten(workspace);
    return readAnswer(answer);
  };
}

export function factEntries({ actor, request }: ReadyCall, outcome: Outcome<unknown>) {
  if (outcome.kind === "unchanged") return [];
  return outcome.facts.map((fact) => ({ actor, requestId: request.id, traceId: request.trace_id, fact }));
}

export function storedAnswer(outcome: Outcome<unknown>): StoredAnswer {
  if (outcome.kind !== "refused") return { output: outcome.output };
  const { code, message, details } = outcome.problem;
  return { problem: { code, detail: message, details } };
}

export function readAnswer(answer: StoredAnswer): unknown {
  if (!answer.problem) return answer.output;
  const { code, detail, details } = answer.problem;
  throw new Problem(code, detail, details);
}
