/** The export for spreadsheets (RFC 4180). */
import type { ExportLine } from "./line.ts";

type Line = Omit<ExportLine, "v">;

/** The head of each column and its value. */
const CELLS: readonly [string, (line: Line) => unknown][] = [
  ["leaf", ({ leaf }) => leaf],
  ["fact_id", ({ id }) => id],
  ["time", ({ created_at }) => created_at],
  ["type", ({ type }) => type],
  ["actor", ({ actor }) => `${actor.kind} ${actor.id}`],
  ["subject", ({ subject }) => `${subject.kind} ${subject.id}`],
  ["agent", ({ agent_id }) => agent_id],
  ["request", ({ request_id }) => request_id],
  ["data", ({ data }) => JSON.stringify(data)],
];

export function csvHeader(): string {
  return CELLS.map(([head]) => head).join(",");
}

export function csvRow(line: Line): string {
  return CELLS.map(([, read]) => cell(read(line))).join(",");
}

/** A cell that begins with one of these would be a formula; the apostrophe makes it a text. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: unknown): string {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
