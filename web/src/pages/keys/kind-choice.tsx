/** Who a key is for. */

const KINDS = [
  {
    value: "agent",
    label: "An agent",
    about: "It works as this agent: takes tasks, sends messages, reports what it does. It manages nothing.",
  },
  {
    value: "service",
    label: "A service",
    about: "A program of yours that may what you choose below. It acts for no agent and never approves.",
  },
] as const;
type Kind = (typeof KINDS)[number]["value"];

export function KindChoice({ value, onChange }: { value: Kind; onChange: (kind: Kind) => void }) {
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">Who uses it</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {KINDS.map((kind) => (
          <label
            key={kind.value}
            className="flex gap-2 rounded border border-line-strong p-3 has-checked:border-accent-ink has-checked:bg-selected"
          >
            <input
              type="radio"
              name="key-kind"
              className="mt-0.5 size-4 shrink-0 accent-accent"
              checked={kind.value === value}
              onChange={() => onChange(kind.value)}
            />
            <span>
              <span className="block font-medium">{kind.label}</span>
              <span className="block text-sm text-ink-2">{kind.about}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
