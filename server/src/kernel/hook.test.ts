import { expect, test } from "vitest";
import { hook } from "./hook.ts";

test("a hook calls the work that fills it, throws before that, and is filled once", () => {
  const double = hook<[number], number>("numbers.double");
  expect(() => double(2)).toThrow("The hook numbers.double is not filled.");
  double.fill((n) => 2 * n);
  expect(double(2)).toBe(4);
  expect(() => double.fill((n) => n)).toThrow("The hook numbers.double is filled already.");
  expect(double(3)).toBe(6);
});
