/** What a service may do, each scope with what it means. */
import { useRead } from "../../data/query.ts";
import { Check } from "../../ui/field.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { scopesOf } from "./scopes.ts";

const ROWS_MAX = 200;

interface ScopeProps {
  value: readonly string[];
  onChange: (scopes: readonly string[]) => void;
}

export function ScopeChoice({ value, onChange }: ScopeProps) {
  const { data, error, refetch } = useRead(["permissions", "list"], (client, call) =>
    client.permissions.list({ limit: ROWS_MAX }, call),
  );
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">
        What it may do <span className="text-ink-3">(required)</span>
      </legend>
      {error && <ErrorState error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton lines={6} />}
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        {scopesOf(data?.items ?? []).map(({ scope, meanings }) => (
          <Check
            key={scope}
            label={scope}
            hint={meanings.join(" ")}
            isChecked={value.includes(scope)}
            onChange={(isOn) => onChange(isOn ? [...value, scope] : value.filter((other) => other !== scope))}
          />
        ))}
      </div>
    </fieldset>
  );
}
