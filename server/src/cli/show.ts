/** Formats operations and settings for a terminal. */

import type { Operation } from "../kernel/operation.ts";
import type { ConfigRow } from "../runtime/config.ts";
import { plain } from "../surfaces/print/shapes.ts";
import { fieldsOf, typeText } from "../surfaces/print/typescript.ts";

/** Pads each column to its widest cell; the last column is not padded. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

export function operationsText(operations: readonly Operation[]): string {
  const sorted = operations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return table(sorted.map(({ name, route, summary }) => [name, route, summary]));
}

export function operationHelp(operation: Operation): string {
  const { name, summary, description, route } = operation;
  const fields = fieldsOf(plain(operation.input));
  const rows = fields.map(({ name, schema, isRequired }) => {
    const type = typeText(schema, { nameOf: () => undefined, isInput: false })
      .replaceAll(/\s+/g, " ")
      .trim();
    const standard = schema.default === undefined ? "" : ` Default ${JSON.stringify(schema.default)}.`;
    const meaning = `${isRequired ? "Required. " : ""}${schema.description ?? ""}${standard}`;
    return [`  --${name}`, type, meaning.trim()];
  });
  return [
    `Usage: bailiwick call ${name} ${fields.length > 0 ? "[--field value…]" : ""}`.trimEnd(),
    [summary, description].filter((text) => text !== undefined).join("\n"),
    rows.length > 0 ? `Fields:\n${table(rows)}` : "The operation takes no fields.",
    `Over HTTP: ${route.replace(" ", " /api")}`,
  ].join("\n\n");
}

export function configText(rows: readonly ConfigRow[]): string {
  return table([
    ["SETTING", "VALUE", "MEANING"],
    ...rows.map(({ name, value, meaning, default: standard }) => [
      name,
      value || "-",
      standard ? `${meaning} Default ${standard}.` : meaning,
    ]),
  ]);
}

/** Shows progress on one line of a terminal. Prints nothing when standard error is no terminal. */
export function progressLine(verb: string) {
  const stream = process.stderr;
  let shownAt = 0;
  return {
    show({ table, rows }: { table: string; rows: number }) {
      if (!stream.isTTY || Date.now() - shownAt < 100) return;
      shownAt = Date.now();
      stream.write(`\r\x1b[K${verb} ${table}: ${rows.toLocaleString("en")} rows`);
    },
    end() {
      if (stream.isTTY) stream.write("\r\x1b[K");
    },
  };
}
