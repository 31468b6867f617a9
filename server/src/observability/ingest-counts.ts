/** Counts what this process stored since its start, for monitors. */
import type { Ingested } from "./schema.ts";

export interface IngestCounts {
  accepted: number;
  rejected: number;
  duplicates: number;
  /** Of the accepted events: those whose cost is unknown. */
  unpriced: number;
}

const counts: IngestCounts = { accepted: 0, rejected: 0, duplicates: 0, unpriced: 0 };

export function ingestCounts(): Readonly<IngestCounts> {
  return counts;
}

/** Called after the commit: a batch that failed is sent again, and would count twice. */
export function countIngested({ accepted, rejected, duplicates }: Ingested, unpriced: number): void {
  counts.accepted += accepted;
  counts.rejected += rejected.length;
  counts.duplicates += duplicates;
  counts.unpriced += unpriced;
}
