/** Finds names of files, in comments and documents, for which there is no file. */
import type { Source } from "./sources.ts";

const FILE = /`([\w./-]+\.(?:ts|tsx|js|md|sql))`/g;
const COMMENT = /(?:^|\s)(?:\/\/|\/\*\*|\*) (.*)/;

/** Parts of names that stand for other words. */
const PLACEHOLDER = /NNNN|\bverb-/;

/** A name may leave out the folders above it. */
export function deadReferences({ path, lines }: Source, files: readonly string[]): string[] {
  return lines.flatMap((line, at) => {
    const text = path.endsWith(".md") ? line : (COMMENT.exec(line)?.[1] ?? "");
    const named = [...text.matchAll(FILE)].flatMap(([, name = ""]) => name.replace(/^(?:\.\.?\/)+/, ""));
    const dead = named.filter(
      (name) => !PLACEHOLDER.test(name) && !files.some((file) => file === name || file.endsWith(`/${name}`)),
    );
    return dead.map((name) => `${at + 1}: ${name}`);
  });
}
