/** Switches the shortcuts of single keys off, for people whose fingers or voice press keys by accident. */
import { Check } from "../ui/field.tsx";
import { useSingleKeys } from "../ui/single-keys.ts";

export function SingleKeysSwitch() {
  const [isOn, set] = useSingleKeys();
  return (
    <Check
      label="Shortcuts of single keys"
      hint="Letters such as P and R act at once. Ctrl K always works. For this browser only."
      isChecked={isOn}
      onChange={set}
    />
  );
}
