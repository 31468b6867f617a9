import { beforeAll, describe, expect, it } from "vitest";
import { aWorkspace, useApp } from "../../../test/harness/harness.ts";
import { cappedRows, rowsOf } from "./capped-rows.ts";

const app = useApp();
let workspace: string;

beforeAll(async () => {
  workspace = (await aWorkspace(app())).id;
  // Counts the rows whose text was made.
  await app().admin.query(`
    create sequence texts_made;
    create function text_of(bytes int) returns text language sql volatile
      as 'select repeat(''x'', bytes) from nextval(''texts_made'')';
    grant usage, select on texts_made to bailiwick_app;`);
});

interface Row {
  n: number;
  text: string;
}

const rows = (sizes: readonly number[]) =>
  rowsOf<Row>(
    "",
    "select n::int, text_of(bytes) as text from unnest($1::int[]) with ordinality r(bytes, n) order by n",
    [sizes],
  );

async function read(sizes: readonly number[], rowsMax: number, bytesMax: number) {
  const { rows: found, hasMore } = await app().db.transaction(workspace, (tx) =>
    cappedRows(tx, rows(sizes), rowsMax, bytesMax),
  );
  return { numbers: found.map(({ n }) => n), bytes: found.reduce((sum, { text }) => sum + text.length, 0), hasMore };
}

async function textsMade(): Promise<number> {
  const { rows: found } = await app().admin.query("select nextval('texts_made')::int as made");
  return found[0].made;
}

describe("rows within bytes", () => {
  it("are all rows when they fit, with the information if more follow", async () => {
    expect(await read([], 5, 100)).toEqual({ numbers: [], bytes: 0, hasMore: false });
    expect(await read([10, 10, 10], 3, 1_000)).toEqual({ numbers: [1, 2, 3], bytes: 30, hasMore: false });
    expect(await read([10, 10, 10], 2, 1_000)).toEqual({ numbers: [1, 2], bytes: 20, hasMore: true });
  });

  it("end before the row that exceeds the bytes", async () => {
    expect(await read([60, 60, 60, 60], 4, 150)).toEqual({ numbers: [1, 2], bytes: 120, hasMore: true });
    expect(await read([60, 60], 4, 100)).toEqual({ numbers: [1], bytes: 60, hasMore: true });
  });

  it("a row larger than the bytes comes alone", async () => {
    expect(await read([500, 1, 1], 3, 100)).toEqual({ numbers: [1], bytes: 500, hasMore: true });
  });

  it("the database makes no text beyond the next row", async () => {
    const before = await textsMade();
    await read(
      Array.from({ length: 200 }, () => 1_000),
      200,
      10_000,
    );
    expect((await textsMade()) - before).toBeLessThan(20);
  });

  it("do not contain the columns of the measurement", async () => {
    const found = await app().db.transaction(workspace, (tx) => cappedRows(tx, rows([1]), 5, 100));
    expect(found.rows).toEqual([{ n: 1, text: "x" }]);
  });
});
