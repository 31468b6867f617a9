/** The SDK's enumerations, each as a list of its values and as a type. */
import type { Operation } from "../../kernel/operation.ts";
import { isServed } from "../served.ts";
import { jsonText } from "./json-text.ts";
import { type NamedShape, shapesOf } from "./shapes.ts";

const HEAD = "// Printed from the list of operations by `npm run generate`. Do not edit.";

export function enumsOf(all: readonly NamedShape[]): NamedShape[] {
  return all.filter(({ schema }) => Array.isArray(schema.enum));
}

export function printValues(operations: readonly Operation[]): string {
  const enums = enumsOf(shapesOf(operations.filter(isServed)).all);
  const texts = enums.map(({ name, schema }) => {
    const constant = constantName(plural(name));
    const start = `export const ${constant} = `;
    return `${start}${jsonText(schema.enum, "", start.length)} as const;
export type ${name} = (typeof ${constant})[number];\n`;
  });
  return [HEAD, "", ...texts].join("\n");
}

/** `TaskStatuses` becomes `TASK_STATUSES`. */
export function constantName(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toUpperCase();
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return word.replace(/y$/, "ies");
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
