import { expect, test } from "vitest";
import { unknownSettings } from "./unknown-settings.ts";

test("a misspelt setting is named with the one that was probably meant", () => {
  const env = { BAILIWICK_PORTT: "1", BAILIWICK_PUBLIC_ULR: "x", BAILIWICK_COLOUR: "red" };
  expect(unknownSettings(env)).toEqual([
    "BAILIWICK_COLOUR is set, and there is no such setting. bailiwick config lists all settings.",
    "BAILIWICK_PORTT is set, and there is no such setting. Did you mean BAILIWICK_PORT?",
    "BAILIWICK_PUBLIC_ULR is set, and there is no such setting. Did you mean BAILIWICK_PUBLIC_URL?",
  ]);
});

test("settings, variables of commands and those of other programs are not named", () => {
  const env = {
    BAILIWICK_PORT: "1",
    BAILIWICK_KEY: "k",
    BAILIWICK_URL: "u",
    BAILIWICK_SESSION: "s",
    DATABASE_URL: "d",
  };
  expect(unknownSettings(env)).toEqual([]);
});
