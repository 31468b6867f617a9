/** Why the demo cannot go on, in one line for whoever ran it. */
import { BailiwickError } from "../../../../sdk/src/index.ts";

export class DemoError extends Error {
  override name = "DemoError";
}

/** The person pressed Ctrl-C. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

const WHO_MAY =
  "The demo makes agents and keys for them, which takes an owner or admin of the workspace: give the session of one with --session.";

export function explain(error: unknown): string {
  if (!(error instanceof BailiwickError)) return error instanceof Error ? error.message : String(error);
  const { code, detail, nextStep = "" } = error;
  const advice = code === "forbidden" ? WHO_MAY : nextStep;
  return `${detail} ${advice}`.trim();
}
