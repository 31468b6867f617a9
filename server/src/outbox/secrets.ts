/** The sealed values of receivers: addresses of channels, and the secrets that sign. */
import type { Tx } from "../kernel/db/tx.ts";
import type { SecretBox } from "../kernel/environment.ts";
import type { TargetRow } from "./schema.ts";
import { lockStale, saveTarget } from "./store/targets.ts";

const SEALED = ["sealed_address", "sealed_secret", "sealed_previous"] as const;
type Sealed = (typeof SEALED)[number];

/** The place that a value is sealed for. The old secret was sealed when it was the present one. */
function placeOf(id: string, column: Sealed): string {
  return `outbox:${id}:${column === "sealed_address" ? "address" : "secret"}`;
}

export interface TargetBox {
  seal(column: Sealed, plain: string): string;
  open(target: TargetRow, column: Sealed): string | undefined;
}

export function targetBox(secrets: SecretBox, workspace: string, id: string): TargetBox {
  return {
    seal: (column, plain) => secrets.seal(workspace, placeOf(id, column), plain),
    open(target, column) {
      const sealed = target[column];
      return sealed === null ? undefined : secrets.open(workspace, placeOf(id, column), sealed);
    },
  };
}

/** Seals values again that older master keys sealed. Returns the number of receivers. */
export async function resealTargets(tx: Tx, secrets: SecretBox, most: number): Promise<number> {
  const stale = await lockStale(tx, secrets.keyId, most);
  for (const target of stale) {
    const box = targetBox(secrets, tx.workspace, target.id);
    const resealed = SEALED.flatMap((column) => {
      const plain = box.open(target, column);
      return plain === undefined ? [] : [[column, box.seal(column, plain)]];
    });
    await saveTarget(tx, { ...target, ...Object.fromEntries(resealed) });
  }
  return stale.length;
}
