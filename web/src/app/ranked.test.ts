import { expect, test } from "vitest";
import { ranked } from "./ranked.ts";

const order = (names: string[], text: string) => ranked(names, text, (name) => name);

test("a name that begins with the text stands before a later word, and both before a part of a word", () => {
  expect(order(["Decoder", "Claude Code", "Codex"], "cod")).toEqual(["Codex", "Claude Code", "Decoder"]);
  expect(order(["Decoder", "pull-coder", "CODEX"], " Cod ")).toEqual(["CODEX", "pull-coder", "Decoder"]);
});

test("equal matches keep their order", () => {
  expect(order(["Two b", "One b", "b"], "b")).toEqual(["b", "Two b", "One b"]);
  expect(order(["Two", "One"], "")).toEqual(["Two", "One"]);
});
