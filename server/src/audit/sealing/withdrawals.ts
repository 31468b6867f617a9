/**
 * Facts whose data changed after they were sealed. Withdrawn content must name a redaction that the record has as a fact.
 * Data that retention dropped must be older than a trimming that the record has, and not more than the trimmings counted.
 */
import { Altered, type ExportLine, place } from "./line.ts";

const WITHDRAWN = "content.withdrawn";
const TRIMMED = "audit.payloads_trimmed";
/** The lines that the verdict names. */
const NAMED_MAX = 20;

export interface Withdrawals {
  note(line: ExportLine, number: number): void;
  /** Throws for a line whose redaction or trimming the record does not have. */
  requireAll(): void;
  notes(): string[];
}

export function createWithdrawals(): Withdrawals {
  const made = new Set<unknown>();
  const lines: { redaction: unknown; at: string; text: string }[] = [];
  const trims = createTrims();
  return {
    note(line, number) {
      if (line.type === WITHDRAWN) made.add(line.data.redaction_id);
      trims.note(line, number);
      if (line.withdrawn) {
        const text = `the content at line ${number}, fact ${line.id}, was withdrawn and was not checked`;
        lines.push({ redaction: redactionOf(line.data), at: place(number, line), text });
      }
    },
    requireAll() {
      const lie = lines.find(({ redaction }) => redaction === undefined || !made.has(redaction));
      if (lie) throw new Altered(lie.at);
      trims.requireAll();
    },
    notes() {
      const named = lines.slice(0, NAMED_MAX).map(({ text }) => text);
      const more = lines.length - named.length;
      const rest = more > 0 ? [`the content of ${more} more facts was withdrawn and was not checked`] : [];
      return [...named, ...rest, ...trims.notes()];
    },
  };
}

function redactionOf({ redacted }: ExportLine["data"]): unknown {
  return (redacted as { redaction_id?: unknown } | undefined)?.redaction_id;
}

function createTrims(): Withdrawals {
  let most = 0;
  /** The latest day that a trimming named. */
  let beforeMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  /** The newest line with dropped data. */
  let newest: { ms: number; at: string } | undefined;
  return {
    note(line, number) {
      const { type, data, trimmed, withdrawn, created_at } = line;
      // A fact that lost its own data proves nothing.
      if (type === TRIMMED && !trimmed && !withdrawn) {
        most += Number(data.facts);
        beforeMs = Math.max(beforeMs, Date.parse(String(data.before)));
      }
      if (!trimmed) return;
      count++;
      const ms = Date.parse(created_at);
      if (!newest || ms > newest.ms) newest = { ms, at: place(number, line) };
    },
    requireAll() {
      if (newest && !(newest.ms < beforeMs && count <= most)) throw new Altered(newest.at);
    },
    notes: () => (count > 0 ? [`retention dropped the large data of ${count} facts, which were not checked`] : []),
  };
}
