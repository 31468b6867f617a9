/** A place in the fact log. Facts are ordered by transaction, then number; an epoch ends when a backup is restored. */
export interface Position {
  xid: bigint;
  seq: bigint;
}

export interface EpochPosition extends Position {
  epoch: string;
}

const TEXT = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([0-9]{1,20})\.([0-9]{1,19})$/;
const INT8_MAX = 2n ** 63n - 1n;
const XID8_MAX = 2n ** 64n - 1n;

export function isAfter(a: Position, b: Position): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.seq > b.seq);
}

/** The id of an event. */
export function positionText({ epoch, xid, seq }: EpochPosition): string {
  return `${epoch}.${xid}.${seq}`;
}

/** Undefined where the text is no id of ours. */
export function readPosition(text: string): EpochPosition | undefined {
  const [, epoch, xidText, seqText] = TEXT.exec(text) ?? [];
  if (epoch === undefined || xidText === undefined || seqText === undefined) return undefined;
  const [xid, seq] = [BigInt(xidText), BigInt(seqText)];
  return xid <= XID8_MAX && seq <= INT8_MAX ? { epoch, xid, seq } : undefined;
}
