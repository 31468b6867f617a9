/** Facts whose content was withdrawn after they were sealed: each must name a redaction that the record has as a fact. */
import { Altered, type ExportLine, place } from "./line.ts";

const WITHDRAWN = "content.withdrawn";
/** The lines that the verdict names. */
const NAMED_MAX = 20;

export interface Withdrawals {
  note(line: ExportLine, number: number): void;
  /** Throws for a line whose redaction the record does not have. */
  requireAll(): void;
  notes(): string[];
}

export function createWithdrawals(): Withdrawals {
  const made = new Set<unknown>();
  const lines: { redaction: unknown; at: string; text: string }[] = [];
  return {
    note(line, number) {
      if (line.type === WITHDRAWN) made.add(line.data.redaction_id);
      if (line.withdrawn) {
        const text = `the content at line ${number}, fact ${line.id}, was withdrawn and was not checked`;
        lines.push({ redaction: redactionOf(line.data), at: place(number, line), text });
      }
    },
    requireAll() {
      const lie = lines.find(({ redaction }) => redaction === undefined || !made.has(redaction));
      if (lie) throw new Altered(lie.at);
    },
    notes() {
      const named = lines.slice(0, NAMED_MAX).map(({ text }) => text);
      const more = lines.length - named.length;
      return more > 0 ? [...named, `the content of ${more} more facts was withdrawn and was not checked`] : named;
    },
  };
}

function redactionOf({ redacted }: ExportLine["data"]): unknown {
  return (redacted as { redaction_id?: unknown } | undefined)?.redaction_id;
}
