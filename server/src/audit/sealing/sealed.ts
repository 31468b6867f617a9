/** The one refusal of what is not sealed yet. */
import { Problem } from "../../kernel/problem.ts";

const SOON_SECONDS = 2;

export function mustBeSealed<T>(found: T | undefined): T {
  if (found !== undefined) return found;
  const detail = "This is not sealed yet. New facts are sealed about once a second.";
  throw new Problem("conflict", detail, { retry_after_seconds: SOON_SECONDS });
}
