/** Hooks that later slices fill: what the overview knows of them. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { hook } from "../kernel/hook.ts";

export const observabilityHooks = {
  unacknowledgedAlerts: hook<[tx: ReadTx], Promise<number>>("observability.unacknowledgedAlerts"),
};
