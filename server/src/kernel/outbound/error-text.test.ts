/** Failures of connections in words. */
import { expect, test } from "vitest";
import { errorText } from "./error-text.ts";

test.each([
  ["getaddrinfo ENOTFOUND shop.example", "The address shop.example was not found."],
  ["connect ECONNREFUSED 127.0.0.1:1", "The connection to 127.0.0.1:1 was refused."],
  ["connect EHOSTUNREACH 10.0.0.7:443", "There is no way to 10.0.0.7:443."],
  ["socket hang up", "The other side closed the connection."],
  ["self-signed certificate", "The certificate of the other side is not valid: self-signed certificate."],
  ["Parse Error: Expected HTTP/", "Parse Error: Expected HTTP/"],
])("%s", (message, words) => {
  expect(errorText(new Error(message))).toBe(words);
});

test("a failure of several addresses has a code alone", () => {
  const error = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });
  expect(errorText(error)).toBe("The connection was refused.");
});
