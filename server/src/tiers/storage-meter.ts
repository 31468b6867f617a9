/** Counts stored bytes. Draws them from the workspace's daily limit in blocks and spends the blocks in memory. */

import type { Db } from "../kernel/db/db.ts";
import { coalesce } from "../kernel/dispatch/coalesce.ts";
import type { PastQuota, StorageMeter } from "../kernel/dispatch/stored-bytes.ts";
import { tierOf } from "./room.ts";
import { dayOf, grantOf, storageProblem } from "./storage-rules.ts";
import { lockStoredBytes, saveStoredBytes } from "./storage-store.ts";

interface Take {
  bytes: number;
  pastQuota: PastQuota | undefined;
}

/** Bytes that are drawn and not spent. */
interface Block {
  bytes: number;
  /** The end of the day, by this process's clock. */
  expiresMs: number;
  /**
   * True when the day's limit is used up. Bytes drawn beyond the limit are for one command only, so none are given
   * back.
   */
  isBeyondLimit: boolean;
}

/** The most workspaces with a block in memory. The bytes of a block that is removed stay counted. */
const BLOCKS_MAX = 20_000;

export interface StorageMeterOptions {
  db: Db;
  /** A clock that never goes backward. */
  nowMs(): number;
}

export function createStorageMeter({ db, nowMs }: StorageMeterOptions): StorageMeter {
  const blocks = new Map<string, Block>();

  function remember(workspace: string, drawn: Block): Block {
    const held = blocks.get(workspace);
    const bytes = drawn.bytes + (held && nowMs() < held.expiresMs ? held.bytes : 0);
    blocks.delete(workspace);
    for (const oldest of blocks.keys()) {
      if (blocks.size < BLOCKS_MAX) break;
      blocks.delete(oldest);
    }
    const block = { ...drawn, bytes };
    blocks.set(workspace, block);
    return block;
  }

  const join = coalesce<Take, void>(
    async (workspace, takes) => {
      const wanted = takes.reduce((sum, { bytes }) => sum + bytes, 0);
      const sentMs = nowMs();
      const { day, used, tier, granted } = await db.transaction(workspace, async (tx) => {
        const tier = await tierOf(tx);
        const day = dayOf(tx.now);
        const used = await lockStoredBytes(tx, day.date);
        const granted = grantOf({ used, limit: tier.limits.stored_bytes_per_day }, wanted, takes[0]?.pastQuota);
        if (granted > 0) await saveStoredBytes(tx, used + granted);
        return { day, used, tier, granted };
      });
      const isBeyondLimit = used + granted > tier.limits.stored_bytes_per_day;
      const block = remember(workspace, { bytes: granted, expiresMs: sentMs + day.lastsMs, isBeyondLimit });
      return takes.map(({ bytes }) => (spend(block, bytes) ? undefined : storageProblem(tier, used, day)));
    },
    { kind: ({ pastQuota }) => pastQuota },
  );

  return {
    take(workspace, bytes, pastQuota) {
      const block = blocks.get(workspace);
      if (block && nowMs() < block.expiresMs && spend(block, bytes)) return undefined;
      return join(workspace, { bytes, pastQuota });
    },
    giveBack(workspace, bytes) {
      const block = blocks.get(workspace);
      if (block && !block.isBeyondLimit && nowMs() < block.expiresMs) block.bytes += bytes;
    },
  };
}

function spend(block: Block, bytes: number): boolean {
  if (block.bytes < bytes) return false;
  block.bytes -= bytes;
  return true;
}
