/** Callers that each run lifecycles one after another without a pause. */
import { cpuMeter, type Watched } from "./cpu.ts";

export interface Measured {
  perSecond: number;
  /** CPU time per lifecycle, of server and database together. */
  cpuMs: number | null;
  databaseCpuMs: number | null;
}

/** Calls `lifecycle` with the number of the caller, from 0. */
export async function measure(
  callers: number,
  ms: number,
  lifecycle: (caller: number) => Promise<void>,
  watched: Watched,
): Promise<Measured> {
  let done = 0;
  const meter = cpuMeter(watched);
  const start = performance.now();
  const end = start + ms;
  const work = async (caller: number) => {
    while (performance.now() < end) {
      await lifecycle(caller);
      done++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => work(caller)));
  const elapsed = performance.now() - start;
  const [server, database] = [meter.server(), meter.database()];
  return {
    perSecond: (done / elapsed) * 1_000,
    cpuMs: server === null || database === null ? null : (server + database) / done,
    databaseCpuMs: database === null ? null : database / done,
  };
}
