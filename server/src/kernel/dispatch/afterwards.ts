/** What a query leaves to be written: beside its answer and off its path, many at once; a failure harms nobody. */

import type { Db, Tx } from "../db/db.ts";
import { coalesce } from "./coalesce.ts";

type Work = (tx: Tx) => Promise<void>;
/** Only for notes that nobody decides on, such as when something was first shown. */
export type Afterwards = (work: Work) => void;

export interface AfterwardsOptions {
  db: Db;
  onLateFailure: (error: unknown) => void;
}

/** Answers what does the work of one workspace. */
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
