import { expect, test } from "vitest";
import { typedIn } from "./use-found.ts";

const ID = "01a2256e-5ca1-7e3f-8a4b-5c6d7e8f9a0b";

test.each([
  ["codex", { verb: undefined, q: "codex", id: undefined }],
  ["Pause codex two", { verb: "pause", q: "codex two", id: undefined }],
  ["pause", { verb: "pause", q: "", id: undefined }],
  ["pauses", { verb: undefined, q: "pauses", id: undefined }],
  [ID.toUpperCase(), { verb: undefined, q: ID.toUpperCase(), id: ID }],
  [`message ${ID}`, { verb: "message", q: ID, id: ID }],
])("%s is read as a verb, a text or an id", (text, typed) => {
  expect(typedIn(text)).toEqual(typed);
});
