/** Prints what the slowest test files of a run took. */
import { relative } from "node:path";
import type { Reporter, TestModule } from "vitest/node";

const SHOWN = 10;

export class Slowest implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return;
    const files = modules.map((module) => ({
      path: relative(module.project.config.root, module.moduleId),
      ms: msOf(module),
    }));
    const total = files.reduce((sum, { ms }) => sum + ms, 0);
    const lines = files
      .sort((one, other) => other.ms - one.ms)
      .slice(0, SHOWN)
      .map(({ path, ms }) => `${seconds(ms)} s ${percent(ms, total)} %  ${path}`);
    console.log(
      `\nThe ${SHOWN} slowest of ${files.length} test files, of ${seconds(total).trim()} s in all:\n${lines.join("\n")}`,
    );
  }
}

/** The imports of a file, its hooks and its tests. */
function msOf(module: TestModule): number {
  const { collectDuration, duration } = module.diagnostic();
  return collectDuration + duration;
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1).padStart(7);
const percent = (ms: number, total: number) => ((ms / total) * 100).toFixed(0).padStart(3);
