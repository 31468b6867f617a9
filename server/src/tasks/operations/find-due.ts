import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { findEndingGroup } from "../store/ending.ts";
import { listDueTasks } from "../store/sweep.ts";

/** The maximum number of tasks and groups that wait after a failure. */
export const BACKOFF_IDS_MAX = 1_000;

export const findDue = query({
  name: "tasks.find_due",
  summary: "Read the tasks of one workspace with due work, for one turn of each kind.",
  route: "GET /internal/tasks/due",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({ except: Type.Array(Id, { maxItems: BACKOFF_IDS_MAX }) }),
  output: Fields({
    leases: Type.Array(Id),
    escalations: Type.Array(Id),
    ending_group: { ...Nullable(Id), description: "A group of tasks that must end, too many for one transaction." },
  }),
  problems: [],
  async run({ tx }, { except }) {
    const due = await listDueTasks(tx, except);
    const idsOf = (kind: string) => due.filter((task) => task.kind === kind).map(({ id }) => id);
    const ending_group = await findEndingGroup(tx, except);
    return { leases: idsOf("lease"), escalations: idsOf("escalation"), ending_group };
  },
});
