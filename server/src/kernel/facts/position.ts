import type { SecretBox } from "../environment.ts";
import { sealedTexts } from "../sealed-text.ts";

/** A place in the fact log. Facts are ordered by transaction, then number; an epoch ends when a backup is restored. */
export interface Position {
  xid: bigint;
  seq: bigint;
}

export interface EpochPosition extends Position {
  epoch: string;
}

const TEXT = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([0-9]{1,20})\.([0-9]{1,19})$/;
/** The form of an event id: sealed, or as earlier versions gave it. An id of an earlier version is no place in any log. */
const ID = /^[A-Za-z0-9_-]{64,400}$/;
const INT8_MAX = 2n ** 63n - 1n;
const XID8_MAX = 2n ** 64n - 1n;

export function isAfter(a: Position, b: Position): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.seq > b.seq);
}

/** Ids of events: they tell callers nothing of the installation, and are places in the log of one workspace alone. */
export interface Positions {
  id(position: EpochPosition): string;
  /** Undefined where the id is none of this workspace's. */
  read(id: string): EpochPosition | undefined;
}

/** Many streams of a workspace write the same places. */
const ids = new WeakMap<EpochPosition, string>();

export function sealedPositions(secrets: SecretBox, workspace: string): Positions {
  const texts = sealedTexts(secrets, workspace, "live");
  return {
    id(position) {
      const known = ids.get(position);
      if (known !== undefined) return known;
      const id = texts.seal(`${position.epoch}.${position.xid}.${position.seq}`);
      ids.set(position, id);
      return id;
    },
    read(id) {
      const plain = texts.open(id);
      return plain === undefined ? undefined : readPosition(plain);
    },
  };
}

export function looksLikeId(text: string): boolean {
  return ID.test(text) || TEXT.test(text);
}

function readPosition(text: string): EpochPosition | undefined {
  const [, epoch, xidText, seqText] = TEXT.exec(text) ?? [];
  if (epoch === undefined || xidText === undefined || seqText === undefined) return undefined;
  const [xid, seq] = [BigInt(xidText), BigInt(seqText)];
  return xid <= XID8_MAX && seq <= INT8_MAX ? { epoch, xid, seq } : undefined;
}
