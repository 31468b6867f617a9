/** Labelled inputs. A fault that the server reports for a field is shown below it. */
import { type ReactNode, useId } from "react";
import { cx } from "./class-names.ts";
import { Tick } from "./tick.tsx";

export const INPUT =
  "w-full rounded border border-line-strong bg-raised px-2.5 text-base text-ink max-sm:text-[16px] aria-invalid:border-failed";

export interface LabelledProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  isRequired?: boolean | undefined;
  /** Only screen readers get the label, where the context makes it clear. */
  isLabelHidden?: boolean | undefined;
}

interface FieldProps extends LabelledProps {
  children: (ids: { id: string; "aria-describedby": string; "aria-invalid": boolean | undefined }) => ReactNode;
}

/** The frame of every input: the label above, the hint or the fault below. */
export function Field({ label, hint, error, isRequired = false, isLabelHidden = false, children }: FieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className={isLabelHidden ? "sr-only" : "block text-sm font-medium text-ink"}>
        {label}
        {isRequired && <span className="text-ink-3"> (required)</span>}
      </label>
      {children({ id, "aria-describedby": `${id}-about`, "aria-invalid": error === undefined ? undefined : true })}
      <p
        id={`${id}-about`}
        className={cx("text-sm", error ? "text-failed" : "text-ink-3", !error && !hint && "hidden")}
      >
        {error ?? hint}
      </p>
    </div>
  );
}

export interface TextProps extends LabelledProps {
  value: string;
  onChange: (value: string) => void;
  type?: "text" | "number" | "email" | "datetime-local" | "search";
  placeholder?: string | undefined;
  maxLength?: number | undefined;
  isAutoFocused?: boolean;
  isMono?: boolean;
}

export function TextInput({
  value,
  onChange,
  type = "text",
  placeholder,
  maxLength,
  isAutoFocused,
  isMono,
  ...label
}: TextProps) {
  return (
    <Field {...label}>
      {(ids) => (
        <input
          {...ids}
          type={type}
          value={value}
          placeholder={placeholder}
          maxLength={maxLength}
          step={type === "number" ? "any" : undefined}
          // biome-ignore lint/a11y/noAutofocus: only the first field of a new dialog uses it.
          autoFocus={isAutoFocused}
          className={cx(INPUT, "h-8", isMono && "font-mono text-sm")}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export function TextArea({
  value,
  onChange,
  rows = 4,
  isMono,
  maxLength,
  placeholder,
  isAutoFocused,
  ...label
}: TextProps & { rows?: number }) {
  return (
    <Field {...label}>
      {(ids) => (
        <textarea
          {...ids}
          value={value}
          rows={rows}
          maxLength={maxLength}
          placeholder={placeholder}
          // biome-ignore lint/a11y/noAutofocus: only the first field of a new dialog uses it.
          autoFocus={isAutoFocused}
          className={cx(INPUT, "block py-1.5", isMono && "font-mono text-sm")}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export interface Option<Value extends string> {
  value: Value;
  label: string;
}

interface SelectProps<Value extends string> extends LabelledProps {
  value: Value | "";
  options: readonly Option<Value>[];
  onChange: (value: Value | "") => void;
  /** The label of the empty choice; without it, there is none. */
  empty?: string;
  /** The reason why the value cannot be changed now. */
  denied?: string | undefined;
}

/** The browser's own list, which works with keyboard, touch and screen readers. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, options, onChange, empty, denied, ...label } = props;
  return (
    <Field {...label} hint={denied ?? label.hint}>
      {(ids) => (
        <select
          {...ids}
          value={value}
          disabled={denied !== undefined}
          className={cx(INPUT, "h-8", denied !== undefined && "opacity-55")}
          // The browser returns only values of the options.
          onChange={(event) => onChange(event.target.value as Value | "")}
        >
          {empty !== undefined && <option value="">{empty}</option>}
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: string;
  hint?: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  denied?: string | undefined;
}

export function Check({ label, hint, isChecked, onChange, denied }: CheckProps) {
  const id = useId();
  const about = denied ?? hint;
  return (
    <div className="flex items-start gap-1.5">
      <Tick
        id={id}
        checked={isChecked}
        aria-describedby={`${id}-about`}
        disabled={denied !== undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div className="min-w-0">
        <label htmlFor={id} className="block py-0.5 text-base">
          {label}
        </label>
        <p id={`${id}-about`} className={cx("text-sm text-ink-3", !about && "hidden")}>
          {about}
        </p>
      </div>
    </div>
  );
}
