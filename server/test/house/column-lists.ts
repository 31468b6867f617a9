/** Finds lists of columns. The columns of a table are listed once, and all other lists follow from that one. */
import type { Source } from "./sources.ts";

/** Each statement may list the columns of a table with fewer columns. */
const COLUMNS_MIN = 8;

/** Returns the columns of each large table, from the printed schema. */
export function columnsByTable(schema: string): Map<string, ReadonlySet<string>> {
  const tables = [...schema.matchAll(/^create table (\w+) \(\n(.*?)\n\);/gms)].map(([, table = "", body = ""]) => {
    const names = body.split("\n").map((line) => line.trim().split(" ")[0] ?? "");
    return [table, new Set(names.filter((name) => name !== "constraint"))] as const;
  });
  return new Map(tables.filter(([, columns]) => columns.size >= COLUMNS_MIN));
}

/** A call that builds a shape, without calls inside: `Nullable(Id)`. */
const SHAPE = /\b[A-Z][\w.]*\([^()]*\)/g;
const BREAK = /[,;]|(?<=[({[`])|(?=[)}\]`])/;
/** `name`, `t.name`, `"name"`, `name uuid`, `name: Id`, `name: string | null`, `name: row.name`. */
const ITEM =
  /^(?:\s|\/\/.*\n|\/\*\*.*?\*\/)*["']?(?:[a-z]\w*\.)?(?<name>[a-z_]+)["']?(?: [a-z]+\[?\]?|: [A-Z]\w*|: [\w" ]+(?:\| [\w" |[\]]+)?(?:\[\])?|: (?:[a-z]+\.)\k<name>)?\s*$/;

/** Returns the table of each list in this text that has more than half of the table's columns. */
export function columnLists({ text }: Source, tables: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const items = text
    .replace(SHAPE, "Shape")
    .replace(SHAPE, "Shape")
    .split(BREAK)
    .map((item) => ITEM.exec(item)?.groups?.name);
  return [...tables].flatMap(([table, columns]) =>
    runsOf(items, columns)
      .filter((run) => run.size > columns.size / 2)
      .map(() => table),
  );
}

/** Returns the sets of columns that follow each other in the text. */
function runsOf(items: readonly (string | undefined)[], columns: ReadonlySet<string>): Set<string>[] {
  const runs = [new Set<string>()];
  for (const item of items) {
    if (item !== undefined && columns.has(item)) runs.at(-1)?.add(item);
    else if (runs.at(-1)?.size) runs.push(new Set());
  }
  return runs;
}
