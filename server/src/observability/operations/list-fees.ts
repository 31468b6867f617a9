import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { FeePage } from "../fee-schema.ts";
import { feeRows } from "../store/fees.ts";
import { feeToWire } from "../to-wire.ts";

export const listFees = query({
  name: "obs.list_fees",
  summary: "List the fees that are due each month, the newest first.",
  route: "GET /obs/fees",
  permission: "obs:read",
  input: Fields(PageInput),
  output: FeePage,
  problems: [],
  async run({ tx }, page) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before] = []) => feeRows(tx, before),
      key: ({ id }) => [id],
    });
    return { items: items.map(feeToWire), next_cursor };
  },
});
