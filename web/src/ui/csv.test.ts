import { expect, it } from "vitest";
import { csvOf } from "./csv.ts";

it("quotes what needs quotes, and no text begins as a formula", () => {
  const rows = [
    ["a,b", 'say "hi"', 1.5],
    ["=1+1", "+49", -2],
    ["@sum", "-x", 0],
    ["two\nlines", "\t=1", 1],
  ];
  expect(csvOf(["name", "text", "usd"], rows)).toBe(
    'name,text,usd\r\n"a,b","say ""hi""",1.5\r\n\'=1+1,\'+49,-2\r\n\'@sum,\'-x,0\r\n"two\nlines",\'\t=1,1\r\n',
  );
});
