/** Loads the files of the other pages into the browser's cache, so that they open at once, also without the server. */

/** The first screen and its reads come first. */
const AFTER_MS = 3_000;
/** Once in a tab; the browser keeps the files. */
const DONE = "bailiwick.loaded-ahead";

export function loadAhead(): void {
  if (!import.meta.env.PROD) return;
  setTimeout(() => void load().catch(() => undefined), AFTER_MS);
}

async function load(): Promise<void> {
  const response = await fetch("/pages.json");
  const etag = response.headers.get("etag") ?? "";
  if (!response.ok || sessionStorage.getItem(DONE) === etag) return;
  // The build writes this file for this page.
  const { later } = (await response.json()) as { later: readonly string[] };
  for (const file of later) await (await fetch(`/${file}`, { priority: "low" })).arrayBuffer();
  sessionStorage.setItem(DONE, etag);
}
