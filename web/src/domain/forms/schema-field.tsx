/** One field of a form; its schema decides the kind of input. */
import type { FieldSchema } from "@bailiwick/sdk/inputs";
import { type ReactNode, Suspense } from "react";
import { Check, Field, Select, TextArea, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { type FieldKind, kindOf, labelOf, withoutNull } from "./form-values.ts";

// The picker is most of the code of a form, and few forms need it.
const TasksPicker = lazyPart(() => import("../tasks/tasks-picker.tsx"), "TasksPicker");
const AgentPicker = lazyPart(() => import("../agents/agent-picker.tsx"), "AgentPicker");

export interface SchemaFieldProps {
  name: string;
  schema: FieldSchema;
  /** The typed value: a text, a boolean, or a list of choices. */
  value: unknown;
  onChange: (value: unknown) => void;
  label?: string | undefined;
  hint?: string | undefined;
  /** Labels of its choices. */
  words?: Readonly<Record<string, string>> | undefined;
  /** The field has a value and cannot be empty. */
  isSet?: boolean;
  error?: string | undefined;
  isRequired: boolean;
  isAutoFocused?: boolean;
  isLabelHidden?: boolean | undefined;
}

const HINTS: Partial<Record<FieldKind, string>> = {
  json: "JSON.",
  value: "Text, or JSON.",
  time: "In your time zone.",
  ids: "Ids, one per line.",
};

export function SchemaField(props: SchemaFieldProps) {
  const field = withoutNull(props.schema);
  const kind = kindOf(props.name, props.schema);
  const label = props.label ?? labelOf(props.name);
  const hint = props.hint ?? hintOf(kind, field);
  const text = typeof props.value === "string" ? props.value : "";
  const { error, isRequired, isLabelHidden, onChange, isAutoFocused = false } = props;
  const common = { label, hint, error, isRequired, isLabelHidden };
  const typed = { ...common, value: text, onChange, isAutoFocused };
  const waiting = (picker: ReactNode) => (
    <Suspense fallback={<Field {...common}>{({ id }) => <output id={id} className="block h-8" />}</Field>}>
      {picker}
    </Suspense>
  );
  switch (kind) {
    case "switch":
      return <Check label={label} hint={hint} isChecked={props.value === true} onChange={onChange} />;
    case "choice":
      return (
        <Choice {...common} {...{ field, onChange }} value={text} words={props.words} isSet={props.isSet ?? false} />
      );
    case "choices":
      return <Choices {...props} label={label} field={field} />;
    case "agent":
      return waiting(<AgentPicker {...typed} value={text || undefined} onChange={(id) => onChange(id ?? "")} />);
    case "number":
      return <TextInput {...typed} type="number" />;
    case "time":
      return <TextInput {...typed} type="datetime-local" />;
    case "long":
      return <TextArea {...typed} rows={3} maxLength={field.maxLength} />;
    case "value":
      return <TextArea {...typed} rows={5} />;
    case "json":
      return <TextArea {...typed} rows={5} isMono />;
    case "ids":
      // The only ids that a person gives are those of tasks.
      if (props.name !== "depends_on") return <TextArea {...typed} rows={2} isMono />;
      return waiting(<TasksPicker {...common} value={text} onChange={onChange} />);
    case "text":
      return <TextInput {...typed} maxLength={field.maxLength} />;
    default:
      return kind satisfies never;
  }
}

function hintOf(kind: FieldKind, { description, default: initial }: FieldSchema): string | undefined {
  const preset = initial === undefined ? undefined : `Default: ${String(initial)}.`;
  // The description of a time is about its format on the wire.
  return [kind === "time" ? undefined : description, HINTS[kind], preset].filter(Boolean).join(" ") || undefined;
}

interface ChoiceProps extends Pick<SchemaFieldProps, "hint" | "error" | "words" | "isSet" | "isRequired" | "onChange"> {
  label: string;
  field: FieldSchema;
  value: string;
}

function Choice({ field, words, isSet = false, ...rest }: ChoiceProps) {
  const options = (field.enum ?? []).map((value) => ({ value, label: words?.[value] ?? labelOf(value) }));
  const optional = field.default === undefined ? "None" : "Default";
  const empty = rest.isRequired ? "Choose…" : optional;
  return <Select {...rest} options={options} {...(!isSet && { empty })} />;
}

function Choices({ field, value, onChange, label, error }: SchemaFieldProps & { field: FieldSchema; label: string }) {
  const chosen = Array.isArray(value) ? value : [];
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="grid grid-cols-2 gap-1.5">
        {field.items?.enum?.map((one) => (
          <Check
            key={one}
            label={one}
            isChecked={chosen.includes(one)}
            onChange={(isOn) => onChange(isOn ? [...chosen, one] : chosen.filter((other) => other !== one))}
          />
        ))}
      </div>
      {error && <p className="text-sm text-failed">{error}</p>}
    </fieldset>
  );
}
