/** Writes which test files failed, so that `run.js` can run them again alone. */
import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

/** Errors outside of a test carry the file that ran then. The type of Vitest does not declare the field. */
interface OutsideError {
  VITEST_TEST_PATH?: string;
}

export class FailedFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const target = process.env.BAILIWICK_TEST_FAILED;
    if (!target) return;
    const failed = modules.filter((module) => module.state() === "failed").map(({ moduleId }) => moduleId);
    const outside = errors.map((error) => (error as OutsideError).VITEST_TEST_PATH);
    // An error of no known file cannot be tried again: then no file is named.
    const files = outside.includes(undefined) ? [] : [...new Set([...failed, ...outside])];
    writeFileSync(target, JSON.stringify(files));
  }
}
