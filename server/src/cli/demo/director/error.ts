/** Why the demo cannot go on, in one line for whoever ran it. */
import { BailiwickError } from "../../../../../sdk/src/index.ts";
import { NEEDS } from "../../../demo/needs.ts";

export class DemoError extends Error {
  override name = "DemoError";
}

/** The person pressed Ctrl-C. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

export const WHO_MAY =
  "The demo makes agents and keys for them: give the session of an owner or admin with --session, or with --key a " +
  `service key that has the scopes ${NEEDS.join(", ")}.`;

export function explain(error: unknown): string {
  if (!(error instanceof BailiwickError)) return error instanceof Error ? error.message : String(error);
  const { code, detail, nextStep = "" } = error;
  const advice = code === "forbidden" ? WHO_MAY : nextStep;
  return `${detail} ${advice}`.trim();
}
