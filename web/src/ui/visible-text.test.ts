import { expect, test } from "vitest";
import { hasHiddenCharacter, visibleText } from "./visible-text.ts";

test.each([
  ["a\u202Eevil\u202C b", "a[U+202E]evil[U+202C] b"],
  ["\u2066x\u2069\u200E\u200F\u061C", "[U+2066]x[U+2069][U+200E][U+200F][U+061C]"],
  ["\u0000\u0007\u001b[31m\u007f\u0085\u009b", "[U+0000][U+0007][U+001B][31m[U+007F][U+0085][U+009B]"],
  ["Re\u200Bview\u2060er\uFEFF\u00AD", "Re[U+200B]view[U+2060]er[U+FEFF][U+00AD]"],
  ["adm\u200Din", "adm[U+200D]in"],
  ["adm\u200Cin", "adm[U+200C]in"],
  ["\u{e0068}\u{e0069}", "[U+E0068][U+E0069]"],
  ["a\rb", "a[U+000D]b"],
  ["\v\f", "[U+000B][U+000C]"],
])("%j is shown as %j", (text, shown) => {
  expect(visibleText(text)).toBe(shown);
  expect(hasHiddenCharacter(text)).toBe(true);
});

test.each([
  "Plain text, with an é and 日本語.",
  "Two lines\nwith a tab\tand\r\nanother",
  "👩‍👩‍👧‍👦 ❤️‍🔥 🏴‍☠️ 👩🏽‍🚀 🏳️‍🌈",
  "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
  "می\u200Cخواهم",
  "क्\u200Dष",
  "שלום مرحبا",
])("%j is shown as it is", (text) => {
  expect(visibleText(text)).toBe(text);
});
