/** Words the result of a test over HTTP. Pure. */
import type { TestResult } from "./adapter.ts";

/** An answer below 500 shows that the service is there. */
export function answered(status: number): TestResult {
  return { ok: status < 500, message: `The service answered ${status}.` };
}
