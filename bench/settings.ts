/** The settings of the bench, from the environment. */

export const IS_QUICK = process.env.BENCH_QUICK === "1";

function count(name: string, standard: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return standard;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} is ${text}; it takes a whole number from 1.`);
  return value;
}

export const ROUNDS = count("BENCH_ROUNDS", IS_QUICK ? 2 : 7);
/** The time of each measured piece in a round. */
export const PIECE_MS = count("BENCH_PIECE_MS", IS_QUICK ? 1_000 : 3_000);
/** The number of calls in a round that measures single calls. */
export const CALLS = count("BENCH_CALLS", 100);
/** The number of tasks, or messages, in the large workspace. */
export const MANY_TASKS = count("BENCH_TASKS", IS_QUICK ? 100_000 : 1_000_000);
export const FEW_TASKS = 1_000;
/** The number of events in the large workspace. */
export const MANY_EVENTS = count("BENCH_EVENTS", IS_QUICK ? 100_000 : 1_000_000);
export const FEW_EVENTS = 10_000;
/** The folder of other PostgreSQL programs than the packaged ones. */
export const PG_BIN = process.env.BENCH_PG_BIN;
/** Runs only the pieces whose name begins with this text. */
export const ONLY = process.env.BENCH_ONLY ?? "";
/** Runs only the pieces of lifecycles with these names, separated by semicolons, and pg-boss at 16 callers. */
export const PIECES = (process.env.BENCH_PIECES ?? "").split(";").filter((name) => name !== "");
/** Runs only the attacks whose name contains this text. */
export const HOSTILE = process.env.BENCH_HOSTILE ?? "";
