/**
 * Writes `pages.json`, from which the server fills each page: the files and the reads of its first screen. It also
 * gives the script of the theme a name with its digest, so that a browser keeps the file: the page is not drawn before
 * that script has run, and asking for it each time delays the first paint by a request.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin, Rolldown } from "vite";
import { FIRST_PAGES, FRAME_READS, USUAL_RANGES_MS } from "./first-reads.ts";

/** Files that only one page needs, and seldom, are not loaded ahead. */
const HEAVY_BYTES_MIN = 150_000;

type Bundle = Rolldown.OutputBundle;

const THEME = "/theme.js";
/** The script of the theme starts the entry after the first paint; until then the browser only loads the file. */
const ENTRY = /<script type="module" crossorigin src="([^"]+)"><\/script>/;
const LATER = '<link id="entry" rel="preload" as="script" crossorigin href="$1">';

function themeFile(): { fileName: string; source: string } {
  const source = readFileSync(new URL(`./public${THEME}`, import.meta.url), "utf8");
  const digest = createHash("sha256").update(source).digest("base64url").slice(0, 8);
  return { fileName: `assets/theme-${digest}.js`, source };
}

export function pagesFile(): Plugin {
  return {
    name: "pages-file",
    // The development server has the file under its own name.
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler: (html) => html.replace(`src="${THEME}"`, `src="/${themeFile().fileName}"`).replace(ENTRY, LATER),
    },
    generateBundle(_options, bundle) {
      this.emitFile({ type: "asset", ...themeFile() });
      const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
      const entry = closure(bundle, chunks.find(({ isEntry }) => isEntry)?.fileName);
      const pages = FIRST_PAGES.map(({ path, file, reads }) => {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/web/${file}`));
        if (!chunk) throw new Error(`The build has no page ${file}.`);
        return { path, reads, scripts: [...closure(bundle, chunk.fileName)].filter((name) => !entry.has(name)) };
      });
      const later = chunks
        .filter(({ fileName, code }) => !entry.has(fileName) && code.length < HEAVY_BYTES_MIN)
        .map(({ fileName }) => fileName);
      const source = JSON.stringify({ reads: FRAME_READS, ranges_ms: USUAL_RANGES_MS, pages, later });
      this.emitFile({ type: "asset", fileName: "pages.json", source });
    },
  };
}

/** Returns the file and the files that load with it. */
function closure(bundle: Bundle, fileName: string | undefined, found = new Set<string>()): Set<string> {
  const chunk = fileName === undefined ? undefined : bundle[fileName];
  if (chunk?.type !== "chunk" || found.has(chunk.fileName)) return found;
  found.add(chunk.fileName);
  for (const next of chunk.imports) closure(bundle, next, found);
  return found;
}
