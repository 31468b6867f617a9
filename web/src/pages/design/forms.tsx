import { BailiwickError } from "@bailiwick/sdk";
import { TASKS_CREATE_INPUT } from "@bailiwick/sdk/inputs";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";

const REFUSED = new BailiwickError({
  code: "invalid",
  status: 400,
  detail: "Two fields are wrong.",
  errors: [
    { path: "/title", message: "is required." },
    { path: "/due_at", message: "is in the past." },
  ],
});

export function Forms() {
  return (
    <SchemaForm
      input={TASKS_CREATE_INPUT}
      fields={["title", "assigned_to_agent_id", "input"]}
      more={["priority", "due_at", "depends_on", "budget_usd"]}
      action="Create task"
      onSubmit={async () => undefined}
      onCancel={() => undefined}
      isBusy={false}
      error={REFUSED}
    />
  );
}
