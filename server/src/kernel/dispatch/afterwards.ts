/** Writes of a query that run after its answer, many in one transaction. Their failure does not affect the caller. */

import type { Db } from "../db/db.ts";
import type { Tx } from "../db/tx.ts";
import { coalesce } from "./coalesce.ts";

type Work = (tx: Tx) => Promise<void>;
/** Only for notes that no decision depends on, such as the time when a message was first shown. */
export type Afterwards = (work: Work) => void;

export interface AfterwardsOptions {
  db: Db;
  onLateFailure: (error: unknown) => void;
}

/** Returns a function that does work in one workspace. */
export function createAfterwards({ db, onLateFailure }: AfterwardsOptions): (workspace: string, work: Work) => void {
  const join = coalesce<Work, void>(async (workspace, works) => {
    await db.transaction(workspace, async (tx) => {
      for (const work of works) await work(tx);
    });
    return works.map(() => undefined);
  });
  return (workspace, work) => {
    join(workspace, work).catch(onLateFailure);
  };
}
