/** Starts the longest test files first, so that no worker runs a long one while the others have nothing left. */
import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The longest files, longest first. The end of a whole run prints the ten slowest. */
export const LONGEST: readonly string[] = [
  "server/test/isolation.test.ts",
  "web/test/every-page.test.ts",
  "server/test/fuzz.test.ts",
  "server/src/cli/cli.test.ts",
  "web/test/pages.test.ts",
  "server/src/start/demo/launcher.test.ts",
  "server/test/deploy.test.ts",
  "server/test/clients/crew.test.ts",
  "server/src/main.test.ts",
  "server/src/cli/demo/demo.test.ts",
  "server/src/db/backup.test.ts",
  "server/src/db/embedded.test.ts",
  "web/test/journeys.test.ts",
  "server/test/races.test.ts",
  "server/src/surfaces/print/client.test.ts",
  "server/test/log-secrets.test.ts",
  "server/test/hostile.test.ts",
  "server/src/tasks/model.test.ts",
  "server/src/tasks/steps.test.ts",
  "server/test/conformance-surfaces.test.ts",
  "server/test/crash.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification) => {
      const rank = LONGEST.indexOf(relative(this.ctx.config.root, moduleId));
      return rank < 0 ? LONGEST.length : rank;
    };
    return (await super.sort(files)).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
