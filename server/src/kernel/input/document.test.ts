/** The computed size of a document equals the size that PostgreSQL prints. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { useApp } from "../../../test/harness/harness.ts";
import { INPUT_VALUES_MAX } from "../schema.ts";
import { documentBytes, documentFault } from "./document.ts";

const app = useApp();
const PRINTED = "select octet_length(d::text) as bytes from jsonb_array_elements($1::jsonb) as d";

async function printedBytes(documents: readonly unknown[]): Promise<number[]> {
  const { rows } = await app().admin.query<{ bytes: number }>(PRINTED, [JSON.stringify(documents)]);
  return rows.map(({ bytes }) => bytes);
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e21, 1e39, -1e39, 1.5e-7, -1e-39, 123456.789, 2 ** 53),
);
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom('\u0001\t\n"\\/\u007f', "😀é\u2028"));
const { document } = fc.letrec((part) => ({
  document: fc.oneof(
    { maxDepth: 4 },
    number,
    text,
    fc.constantFrom(null, true, false),
    fc.array(part("document"), { maxLength: 4 }),
    fc.dictionary(text, part("document"), { maxKeys: 4 }),
  ),
}));

it("counts the bytes that PostgreSQL prints, for any document", async () => {
  const drawn = fc.sample(document, { numRuns: 2_000, seed: 1 });
  const fits = drawn.filter((one) => documentFault(one, "input", INPUT_VALUES_MAX).fault === undefined);
  expect(fits.length).toBeGreaterThan(500);
  expect(fits.map(documentBytes)).toEqual(await printedBytes(fits));
});

it("limits each number to forty digits as PostgreSQL prints it", async () => {
  const drawn = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 5_000, seed: 2 });
  const fits = drawn.filter((one) => documentFault(one, "input", 1).fault === undefined);
  expect(fits.length).toBeGreaterThan(100);
  // A sign and a point are added to the digits.
  expect(Math.max(...(await printedBytes(fits)))).toBeLessThanOrEqual(42);
});
