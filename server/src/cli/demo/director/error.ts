/** Errors that end the demo, with one line for the person who ran it. */
import { BailiwickError } from "../../../../../sdk/src/index.ts";
import { NEEDS } from "../../../demo/needs.ts";

export class DemoError extends Error {
  override name = "DemoError";
}

/** The person pressed Ctrl-C. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

export const CREDENTIAL_HINT =
  "The demo creates agents and keys. Give it the session of an owner or admin with --session, or with --key a " +
  `service key that has the scopes ${NEEDS.join(", ")}.`;

export function explain(error: unknown): string {
  if (!(error instanceof BailiwickError)) return error instanceof Error ? error.message : String(error);
  const { code, detail, nextStep = "" } = error;
  const advice = code === "forbidden" ? CREDENTIAL_HINT : nextStep;
  return `${detail} ${advice}`.trim();
}
