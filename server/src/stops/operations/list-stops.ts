import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { StopPage } from "../schema.ts";
import { listStops as listRows } from "../store.ts";
import { SHOWN_IN_LIST, toWire } from "../to-wire.ts";

export const listStops = query({
  name: "stops.list",
  summary: "List stops and drills, newest first.",
  route: "GET /stops",
  permission: "risk:read",
  input: Fields({
    ...PageInput,
    in_force: Type.Optional(Type.Boolean({ description: "true: stops that still stop something. false: the others." })),
  }),
  output: StopPage,
  problems: [],
  async run({ tx }, { in_force, ...page }) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before = null]: readonly (string | null)[] = []) => listRows(tx, in_force, before),
      key: ({ id }) => [id],
    });
    return { items: await toWire(tx, items, SHOWN_IN_LIST), next_cursor };
  },
});
