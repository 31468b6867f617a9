/** The scalar shapes that all slices share. Validation, OpenAPI, tools and types come from one JSON Schema value. */
import Type, { type Static, type TObject, type TOptional, type TProperties, type TSchema } from "typebox";

export const TEXT_LIMITS = { name: 100, title: 500, reason: 2_000, text: 10_000, url: 500, email: 254 } as const;
/** The size of one JSON document as PostgreSQL prints it. */
export const JSON_DOCUMENT_BYTES_MAX = 256 * 1024;
/** Levels of nesting in an input. */
export const JSON_DEPTH_MAX = 64;
/** The digits of a number without an exponent: the database keeps `1e308` as 309 digits. */
export const JSON_NUMBER_DIGITS_MAX = 40;
/** The values (texts, numbers, lists and so on) that one input may hold, including nested values. */
export const INPUT_VALUES_MAX = 20_000;
export const PAGE_SIZE_DEFAULT = 50;
export const PAGE_SIZE_MAX = 200;
/** A double still holds this amount exactly in nano-dollars. */
export const USD_MAX = 1_000_000;

/** An object that refuses unknown fields. */
export function Fields<P extends TProperties>(properties: P, options: Record<string, unknown> = {}): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** Marks the type of a field that the kernel fills in. */
interface Filled {
  readonly "~filled": true;
}

/** An optional field of an input. Operations always see a value, because the kernel fills in this one. */
export function Defaulted<S extends TSchema>(schema: S, value: Static<S>): TOptional<S> & Filled {
  // The mark exists in the type alone.
  return Type.Optional({ ...schema, default: value }) as unknown as TOptional<S> & Filled;
}

/** The input as the operation sees it. Callers may leave out the fields with a default. */
export type InputOf<I extends TObject> = Static<I> & {
  [K in keyof I["properties"] as I["properties"][K] extends Filled ? K : never]: Static<I["properties"][K]>;
};

export function Nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

export function Literals<const V extends readonly string[]>(values: V, options: Record<string, unknown> = {}) {
  return Type.Unsafe<V[number]>({ type: "string", enum: [...values], ...options });
}

/** Of a list by time. */
export const SortOrder = Literals(["asc", "desc"], {
  title: "SortOrder",
  description: "By time: desc is newest first.",
});
export const ActorKind = Literals(["user", "agent", "service", "system"], { title: "ActorKind" });
export const Id = Type.String({ format: "uuid", maxLength: 36 });
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Returns the milliseconds at which an id of version 7 was made: its first 48 bits. */
export function madeAtMs(id: string): number {
  return Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
}

export const Time = Type.String({
  format: "date-time",
  // Years that the database and every client can hold.
  pattern: "^[12][0-9]{3}-",
  maxLength: 40,
  description: "ISO 8601, UTC.",
});
/** `input/input.ts` registers the check of this format. */
export const Email = Type.String({ format: "idn-email", maxLength: TEXT_LIMITS.email });
/** Text that is not blank. */
export function Text(maxLength: number, options: Record<string, unknown> = {}) {
  return Type.String({ minLength: 1, maxLength, pattern: "\\S", ...options });
}
export const Reason = Text(TEXT_LIMITS.reason);
/** Any JSON value. The dispatcher checks size, depth and numbers. */
export const Json = Type.Unknown({
  description: `Any JSON value of at most ${JSON_DOCUMENT_BYTES_MAX} bytes, with numbers of at most ${JSON_NUMBER_DIGITS_MAX} digits.`,
});
/** A JSON object with any fields. */
export const JsonObject = Type.Record(Type.String(), Type.Unknown());
export const BILLING_MODES = ["metered", "subscription", "included", "local"] as const;
export type BillingMode = (typeof BILLING_MODES)[number];
/** The way in which calls of models are billed: each call, or not at all. */
export const BillingMode = Literals(BILLING_MODES, { title: "BillingMode" });
export const Usd = Type.Number({ minimum: 0, maximum: USD_MAX, description: "US dollars." });

export const PageInput = {
  limit: Defaulted(Type.Integer({ minimum: 1, maximum: PAGE_SIZE_MAX }), PAGE_SIZE_DEFAULT),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "next_cursor of the page before." })),
};

export function Page<T extends TSchema>(item: T) {
  return Fields({ items: Type.Array(item), next_cursor: Nullable(Type.String()) });
}

/** The bytes of what one page of a list includes on request. */
export const INCLUDED_BYTES_MAX = 1024 * 1024;

/** A page that ends before its limit when what it includes has reached its bytes. `included` names that in the plural. */
export function IncludingPage<T extends TSchema>(item: T, included: string) {
  const description = `The page is shorter than limit, because its ${included} reached 1 MiB.`;
  return Fields({ ...Page(item).properties, truncated: Type.Optional(Type.Boolean({ description })) });
}

export const TaskTitles = Type.Record(Type.String(), Type.String(), {
  title: "TaskTitles",
  description: "Titles of tasks by id.",
});
export const IncludeTitles = Type.Optional(
  Literals(["titles"], {
    title: "IncludeTitles",
    description: "Returns the titles of the tasks too, by id. Without the permission tasks:read there are none.",
  }),
);
