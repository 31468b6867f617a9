/** Writes the ids of an input in lower case, as the database does, so that equal ids are equal texts everywhere. */

import { INPUT_VALUES_MAX } from "../schema.ts";

/** Returns the value itself when no id changes. */
type Lower = (value: unknown) => unknown;

/** The keywords of JSON Schema that lead to ids. */
interface Shape {
  format?: string;
  items?: Shape;
  maxItems?: number;
  anyOf?: readonly Shape[];
  properties?: Readonly<Record<string, Shape>>;
}

const UPPER = /[A-F]/;

/** Returns undefined for a shape without ids. The input may have any form, since its shape is checked later. */
export function lowerIds({ format, items, maxItems, anyOf, properties }: Shape): Lower | undefined {
  if (format === "uuid")
    return (value) => (typeof value === "string" && UPPER.test(value) ? value.toLowerCase() : value);
  if (items) return ofList(lowerIds(items), maxItems);
  if (properties) return ofObject(Object.entries(properties));
  const members = (anyOf ?? []).flatMap((member) => lowerIds(member) ?? []);
  return members.length === 0 ? undefined : (value) => members.reduce((before, lower) => lower(before), value);
}

/** A list that is too long is refused later, so its ids are not read. */
function ofList(lower: Lower | undefined, lengthMax = INPUT_VALUES_MAX): Lower | undefined {
  if (!lower) return undefined;
  return (value) => {
    if (!Array.isArray(value) || value.length > lengthMax) return value;
    const list = value.map(lower);
    return list.some((one, index) => one !== value[index]) ? list : value;
  };
}

function ofObject(properties: readonly [string, Shape][]): Lower | undefined {
  const fields = properties.flatMap(([name, shape]) => {
    const lower = lowerIds(shape);
    return lower ? [{ name, lower }] : [];
  });
  if (fields.length === 0) return undefined;
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const before = value as Record<string, unknown>;
    let after = before;
    for (const { name, lower } of fields) {
      if (!Object.hasOwn(before, name)) continue;
      const one = lower(before[name]);
      if (one === before[name]) continue;
      if (after === before) after = { ...before };
      after[name] = one;
    }
    return after;
  };
}
