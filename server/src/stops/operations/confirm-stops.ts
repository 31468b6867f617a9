import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { stopConfirmed } from "../facts.ts";
import { confirmStops as confirmRows } from "../store.ts";

export const confirmStops = command({
  name: "stops.confirm",
  summary: "Store the fact of each stop whose attempts are all over.",
  route: "POST /internal/stops/confirm",
  internal: true,
  permission: "stop:sweep",
  input: Fields({}),
  output: Fields({ confirmed: Type.Integer() }),
  problems: [],
  async run({ tx }) {
    const stops = await confirmRows(tx);
    const [first, ...more] = stops.map(({ id, scope, agent_id, running_count }) =>
      stopConfirmed(id, { scope, running_count }, { agent_id }),
    );
    const output = { confirmed: stops.length };
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
