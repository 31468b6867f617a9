/** Runs sign-in and sign-out: the transaction enters a workspace only when one is known. */

import { clockOf } from "../db/db.ts";
import type { Fact } from "../facts/fact.ts";
import { insertFacts } from "../facts/insert.ts";
import type { PublicCommand, PublicOutcome, RequestInfo } from "../operation.ts";
import type { Kernel } from "./call.ts";

export function createPublicRunner({ db, env, signals, checkFact, onLateFailure }: Kernel) {
  return async (
    operation: PublicCommand,
    request: RequestInfo,
    input: Record<string, unknown>,
  ): Promise<PublicOutcome<unknown>> => {
    const outcome = await db.outside(async (tx) => {
      const done = await operation.run({ tx, env, request, now: await clockOf(tx) }, input);
      if (done.fact) {
        const { actor } = done.fact;
        const facts = factsOf(done.fact);
        for (const fact of facts) checkFact?.(fact);
        const inside = await tx.enter(actor.workspace);
        const { id: requestId, trace_id: traceId } = request;
        await insertFacts(
          inside,
          facts.map((fact) => ({ actor, requestId, traceId, fact })),
        );
      }
      return done;
    }, "command");
    // Sign-out without a session changes nothing, and every caller may send it.
    if (operation.changesCredentials && outcome.fact) {
      signals.credentialsChanged([outcome.fact.actor.id, ...(outcome.signedOut ?? [])]);
    }
    if (outcome.fact) {
      const { actor } = outcome.fact;
      signals.factsWritten(
        actor.workspace,
        factsOf(outcome.fact).map((fact) => ({ actor, fact })),
      );
    }
    // Not awaited: the response time must not reveal if a mail was sent.
    if (outcome.mail) env.sendMail(outcome.mail).catch((error) => onLateFailure(error, request.id));
    if (outcome.problem) throw outcome.problem;
    return outcome;
  };
}

type Facts = NonNullable<PublicOutcome<unknown>["fact"]>;

function factsOf({ fact, more = [] }: Facts): Fact[] {
  return [fact, ...more];
}
