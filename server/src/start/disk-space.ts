/**
 * Watches the free space on the disk of the private database. Writes are refused while some space is left for reads.
 */
import { statfs as systemStatfs } from "node:fs/promises";

export interface DiskSpace {
  /** Reads the free space. */
  look(): Promise<void>;
  /** Describes the shortage that the last look found; undefined when there is enough space. */
  shortage(): string | undefined;
}

export interface Figures {
  /** The free blocks for ordinary users, and all blocks. */
  bavail: number;
  blocks: number;
  bsize: number;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const KEPT_FRACTION = 0.05;
/** On a large disk the fraction is more than reads need. */
const KEPT_BYTES_MAX = GIB;
/** Space for a few segments of the write-ahead log. PostgreSQL stops without it. */
const KEPT_BYTES_MIN = 128 * MIB;
/** Writes begin again only above this multiple, so that the state does not change at every look. */
const RESUME_FACTOR = 1.1;

export function createDiskSpace(folder: string, statfs: (path: string) => Promise<Figures> = systemStatfs): DiskSpace {
  let shortage: string | undefined;
  return {
    async look() {
      // A removed folder says nothing about the disk; the health check finds a missing database in another way.
      const figures = await statfs(folder).catch(() => undefined);
      if (figures) shortage = shortageOf(figures, shortage !== undefined);
    },
    shortage: () => shortage,
  };
}

function shortageOf(figures: Figures, wasShort: boolean): string | undefined {
  const { free, total, kept, resumed } = spaceOf(figures);
  if (free >= (wasShort ? resumed : kept)) return undefined;
  return (
    `No space: ${mib(free)} of ${mib(total)} are free on the disk of the data folder. ` +
    `Changes are refused until ${mib(resumed)} are free. Reads still work.`
  );
}

/** Returns numbers of bytes: below `kept` the server refuses changes, from `resumed` on it takes them again. */
export function spaceOf({ bavail, blocks, bsize }: Figures) {
  const [free, total] = [bavail * bsize, blocks * bsize];
  const kept = Math.max(KEPT_BYTES_MIN, Math.min(KEPT_BYTES_MAX, total * KEPT_FRACTION));
  return { free, total, kept, resumed: kept * RESUME_FACTOR };
}

export function mib(bytes: number): string {
  return `${Math.floor(bytes / MIB)} MiB`;
}
