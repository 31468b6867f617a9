/** The columns of a table follow from one record of shapes: the row type, the select lists, the inserts, the wire. */
import type { Static, TObject, TProperties } from "typebox";

/** Returns only the named columns of a row: the row may have been built from an input. */
export function only<T extends object, K extends keyof T>(row: T, columns: readonly K[]): Pick<T, K> {
  const named: Partial<T> = {};
  for (const column of columns) if (Object.hasOwn(row, column)) named[column] = row[column];
  // A column that the row does not have is left out.
  return named as Pick<T, K>;
}

export function columnsOf<P extends TProperties>({ properties }: TObject<P>): readonly (keyof Static<TObject<P>>)[] {
  // `Object.keys` returns the names of the properties as text.
  return Object.keys(properties) as (keyof Static<TObject<P>>)[];
}

/** Returns the columns as text for a select list or an insert, with the name of the table when one is given. */
export function listOf(columns: readonly PropertyKey[], table?: string): string {
  return columns.map((column) => (table ? `${table}.${String(column)}` : String(column))).join(", ");
}

interface JsonShape {
  type?: string;
  format?: string;
  anyOf?: JsonShape[];
  items?: JsonShape;
}

const SQL_TYPES: Record<string, string> = { string: "text", integer: "int", boolean: "boolean", bigint: "bigint" };

/** Returns the columns with their types, for `jsonb_to_recordset`. */
export function recordOf<P extends TProperties>({ properties }: TObject<P>, columns: readonly (keyof P)[]): string {
  // Each shape is a JSON Schema.
  return columns.map((column) => `${String(column)} ${sqlType(properties[column] as JsonShape)}`).join(", ");
}

function sqlType({ type = "", format, anyOf, items }: JsonShape): string {
  // The other shape of a nullable column is null.
  if (anyOf?.[0]) return sqlType(anyOf[0]);
  if (items) return `${sqlType(items)}[]`;
  if (format === "uuid") return "uuid";
  if (format === "json") return "json";
  if (format === "date-time") return "timestamptz(3)";
  return SQL_TYPES[type] ?? "jsonb";
}

/**
 * Returns a function that copies these columns of a row. The function is compiled, since V8 makes an object with many
 * fields slow when a loop adds them. Assign further fields with `Object.assign`; a spread makes a slow object, too.
 */
export function copierOf<T extends object, K extends keyof T & string>(columns: readonly K[]): (row: T) => Pick<T, K> {
  const fields = columns.map((column) => `${column}: row.${column}`).join(", ");
  // The text contains only names of columns. The compiler cannot check the text.
  return new Function("row", `return { ${fields} };`) as (row: T) => Pick<T, K>;
}
