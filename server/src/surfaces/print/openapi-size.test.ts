/** A new operation adds few lines to docs/openapi.json, so that a person can read the change. */
import { expect, test } from "vitest";
import { OPERATIONS } from "../../operations.ts";
import { jsonText } from "./json-text.ts";
import { openApiDocument } from "./openapi.ts";

const LINES_MAX = 92;
/** An agent has many fields, a backtest takes a whole policy, the overview counts everything, and an explanation has each cause. */
const MORE: Readonly<Record<string, number>> = {
  "agents.update.put": 95,
  "risk.backtest": 176,
  "obs.get_overview": 95,
  "audit.get_why": 120,
};
const INDENT = " ".repeat(4);

const document = openApiDocument(OPERATIONS, "1.2.3");
const components = new Map(
  Object.entries(document.components).flatMap(([kind, all]) =>
    Object.entries(all).map(([name, value]) => [`#/components/${kind}/${name}`, value]),
  ),
);

/** The components that a value refers to, also through other components. */
function usedBy(value: unknown, found = new Set<string>()): Set<string> {
  for (const [, pointer = ""] of JSON.stringify(value).matchAll(/"\$ref":"([^"]+)"/g)) {
    if (found.has(pointer)) continue;
    found.add(pointer);
    usedBy(components.get(pointer), found);
  }
  return found;
}

const linesOf = (name: string, value: unknown) => jsonText({ [name]: value, "": 0 }, INDENT).split("\n").length - 3;

test(`every operation has at most ${LINES_MAX} lines, with the components that only it uses`, () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const lines = linesOf(path, { [method]: described });
      return { operation: described.operationId, lines, uses: usedBy(described) };
    }),
  );
  const sizes = operations.map(({ operation, lines, uses }) => {
    const own = [...uses].filter((pointer) => operations.filter((other) => other.uses.has(pointer)).length === 1);
    return { operation, lines: own.reduce((sum, pointer) => sum + linesOf(pointer, components.get(pointer)), lines) };
  });
  expect(sizes.length).toBeGreaterThan(80);
  expect(sizes.filter(({ operation = "", lines }) => lines > (MORE[operation] ?? LINES_MAX))).toEqual([]);
  const median = sizes.map(({ lines }) => lines).sort((one, other) => one - other)[Math.floor(sizes.length / 2)];
  expect(median).toBeGreaterThan(20);
});
