/** Finds the code that a person entered, for the operations that show it and decide on it. */
import type { CommandContext, Outcome } from "../kernel/operation.ts";
import { refused } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { deviceCodeRefused } from "./facts.ts";
import { ENTRIES_OF_PERSON, lettersOf } from "./rules.ts";
import type { Device } from "./schema.ts";
import { lockCode, takeEntryOf } from "./store/codes.ts";

/**
 * Runs `work` with the locked code that waits. A wrong code is stored as a fact, so that its count stays and a person
 * cannot try codes without end.
 */
export async function withWaitingCode<O>(
  { tx, actor, env }: CommandContext,
  userCode: string,
  work: (device: Device, person: string) => Promise<Outcome<O>>,
): Promise<Outcome<O>> {
  if (actor.kind !== "user") {
    throw new Problem("forbidden", "Only a person who is signed in may do this.", {
      next_step: "Open the page of the code in a browser, and sign in as an owner or admin.",
    });
  }
  const wait = await takeEntryOf(tx, actor.id, ENTRIES_OF_PERSON);
  if (wait !== null) throw new Problem("rate_limited", "Too many codes were entered.", { retry_after_seconds: wait });
  const found = await lockCode(tx, env.secrets.fingerprint(lettersOf(userCode)));
  if (!found) {
    const problem = new Problem("not_found", "No program waits with this code.", {
      next_step: "Compare the code with the one that the program shows. A code is valid for 10 minutes.",
    });
    return refused(problem, deviceCodeRefused(actor.id, {}));
  }
  const { status, ...device } = found;
  if (status !== "waiting") throw new Problem("already_decided", "This code was decided on before.");
  return work(device, actor.id);
}
