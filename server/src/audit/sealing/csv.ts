/** The export for spreadsheets (RFC 4180). */
import type { ExportLine } from "./line.ts";

const COLUMNS = [
  "leaf",
  "id",
  "created_at",
  "type",
  "actor_kind",
  "actor_id",
  "subject_kind",
  "subject_id",
  "agent_id",
  "request_id",
  "data",
] as const;

export function csvHeader(): string {
  return COLUMNS.join(",");
}

export function csvRow({ actor, subject, data, ...line }: Omit<ExportLine, "v">): string {
  const values: Record<(typeof COLUMNS)[number], unknown> = {
    ...line,
    actor_kind: actor.kind,
    actor_id: actor.id,
    subject_kind: subject.kind,
    subject_id: subject.id,
    data: JSON.stringify(data),
  };
  return COLUMNS.map((column) => cell(values[column])).join(",");
}

/** A cell that begins with one of these would be a formula; the apostrophe makes it a text. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(value: unknown): string {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
