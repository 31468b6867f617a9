/** How much room the disk of the private database has. Writes end while some is left, so that reads can go on. */
import { statfs as systemStatfs } from "node:fs/promises";

export interface DiskSpace {
  /** Reads the figures. */
  look(): Promise<void>;
  /** What is short, as the last look found it; undefined when there is room. */
  shortage(): string | undefined;
}

interface Figures {
  /** Blocks that any user may still take, and all there are. */
  bavail: number;
  blocks: number;
  bsize: number;
}

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const KEPT_FRACTION = 0.05;
/** A twentieth of a large disk is more than reads ever need. */
const KEPT_BYTES_MAX = GIB;
/** A few segments of the write-ahead log, without which PostgreSQL stops. */
const KEPT_BYTES_MIN = 128 * MIB;
/** Writes begin again only with this much more, so that the answer does not change at every look. */
const RESUME_FACTOR = 1.1;

export function createDiskSpace(folder: string, statfs: (path: string) => Promise<Figures> = systemStatfs): DiskSpace {
  let shortage: string | undefined;
  return {
    async look() {
      // A folder that is gone tells nothing of its disk; that the database is away is found otherwise.
      const figures = await statfs(folder).catch(() => undefined);
      if (figures) shortage = shortageOf(figures, shortage !== undefined);
    },
    shortage: () => shortage,
  };
}

function shortageOf({ bavail, blocks, bsize }: Figures, wasShort: boolean): string | undefined {
  const [free, total] = [bavail * bsize, blocks * bsize];
  const kept = Math.max(KEPT_BYTES_MIN, Math.min(KEPT_BYTES_MAX, total * KEPT_FRACTION));
  const resumed = kept * RESUME_FACTOR;
  if (free >= (wasShort ? resumed : kept)) return undefined;
  return (
    `No space: ${mib(free)} of ${mib(total)} are free on the disk of the data folder. ` +
    `Nothing can be changed until ${mib(resumed)} are free; reads go on.`
  );
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / MIB)} MiB`;
}
