/** Builds parts at the same time and says how long it takes, so that a person does not take the wait for a fault. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DIST, put, readIfThere } from "./build-parts.js";

/** The time of the last build of each part on this machine. */
const TIMES = join(DIST, "build-times.json");
const REPORT_EVERY_MS = 10_000;

const OWN_TIMES = {
  read() {
    try {
      return JSON.parse(readIfThere(TIMES) ?? "{}");
    } catch {
      return {};
    }
  },
  write(times) {
    mkdirSync(DIST, { recursive: true });
    put(TIMES, JSON.stringify(times));
  },
};

/** `renew` builds one part and returns true when it did. Rejects with the first failure, after all parts have ended. */
export async function buildWithProgress(parts, { print, renew, times: kept = OWN_TIMES }) {
  const times = kept.read();
  const startMs = performance.now();
  const seconds = () => Math.round((performance.now() - startMs) / 1_000);
  const expected = Math.max(...parts.map(({ name, firstMs }) => times[name] ?? firstMs));
  const names = parts.map(({ name }) => name);
  print(`Building the ${listed(names)}. This takes about ${Math.ceil(expected / 1_000)} s, and only after changes.`);
  const left = new Set(names);
  const timer = setInterval(
    () => print(`  Still building the ${listed([...left])} (${seconds()} s).`),
    REPORT_EVERY_MS,
  );
  const results = await Promise.allSettled(
    parts.map(async (part) => {
      const isBuilt = await renew(part).finally(() => left.delete(part.name));
      if (!isBuilt) return;
      times[part.name] = Math.round(performance.now() - startMs);
      print(`  The ${part.name} is built (${seconds()} s).`);
    }),
  );
  clearInterval(timer);
  kept.write(times);
  for (const { status, reason } of results) if (status === "rejected") throw reason;
}

function listed(names) {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
