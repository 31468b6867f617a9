/** Sets the price of a model for the workspace, and computes the costs of the past with it. */
import type { ObsCreatePriceOverrideInput, ObsRepriceInput } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { describeError } from "../../data/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, TextInput } from "../../ui/field.tsx";
import { PRICE_CLASSES, type PriceClass, readModelKey } from "./price-words.ts";

interface PriceDialogProps {
  /** `provider/model`. */
  of: string | undefined;
  reprice: (input: Pick<ObsRepriceInput, "models">) => Promise<boolean>;
  onClose: () => void;
}

const TEXT_LENGTH_MAX = 200;
/** The other classes are rare. */
const SHOWN = 4;

type Prices = Partial<Record<PriceClass, string>>;

/** The price as it is typed, and what saves it. */
function usePriceForm({ of, reprice, onClose }: PriceDialogProps) {
  const given = of === undefined ? { model: "" } : readModelKey(of);
  const [provider, setProvider] = useState(given.provider ?? "");
  const [model, setModel] = useState(given.model);
  const [prices, setPrices] = useState<Prices>({});
  const [isRepriced, setRepriced] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const { run, isRunning, error } = useCommand({
    send: ({ obs }, input: ObsCreatePriceOverrideInput) => obs.createPriceOverride(input),
    changes: ["prices"],
    done: "The price is set",
    isQuiet: true,
  });
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const set = Object.entries(prices).filter(([, value]) => value.trim() !== "");
    const input = {
      model: model.trim(),
      ...(provider.trim() && { provider: provider.trim() }),
      prices: Object.fromEntries(set.map(([name, value]) => [name, Number(value)])),
    };
    setBusy(true);
    const saved = await run(input);
    if (saved && isRepriced) await reprice({ models: [input.model] });
    setBusy(false);
    if (saved) onClose();
  };
  const faultAt = (path: string) => error?.errors.find((one) => one.path === path)?.message;
  return {
    ...{ provider, setProvider, model, setModel, prices, setPrices, isRepriced, setRepriced },
    ...{ isBusy: isBusy || isRunning, error, save, faultAt },
  };
}

export function PriceDialog(props: PriceDialogProps) {
  const { of, onClose } = props;
  const { faultAt, error, ...form } = usePriceForm(props);
  return (
    <Dialog title="Set a price" isOpen onClose={onClose}>
      <form className="space-y-4" onSubmit={(event) => void form.save(event)}>
        <div className="grid gap-3 sm:grid-cols-2">
          <TextInput
            label="Model"
            isRequired
            isMono
            isAutoFocused={of === undefined}
            maxLength={TEXT_LENGTH_MAX}
            value={form.model}
            error={faultAt("/model")}
            onChange={form.setModel}
          />
          <TextInput
            label="Provider"
            isMono
            hint="Empty for any provider."
            maxLength={TEXT_LENGTH_MAX}
            value={form.provider}
            error={faultAt("/provider")}
            onChange={form.setProvider}
          />
        </div>
        <PriceFields
          prices={form.prices}
          setPrices={form.setPrices}
          faultAt={faultAt}
          isAutoFocused={of !== undefined}
        />
        <Check
          label="Compute the costs of past calls of this model too"
          hint="Amounts that agents reported stay."
          isChecked={form.isRepriced}
          onChange={form.setRepriced}
        />
        {error && <p className="text-sm text-failed">{describeError(error).detail}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" isBusy={form.isBusy}>
            Set the price
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface PriceFieldsProps {
  prices: Prices;
  setPrices: (prices: Prices) => void;
  faultAt: (path: string) => string | undefined;
  isAutoFocused: boolean;
}

function PriceFields({ prices, setPrices, faultAt, isAutoFocused }: PriceFieldsProps) {
  const [isAll, setAll] = useState(false);
  return (
    <fieldset>
      <legend className="mb-1 text-sm text-ink-2">US dollars for a million tokens; 0 is free</legend>
      <div className="grid grid-cols-2 gap-3">
        {PRICE_CLASSES.slice(0, isAll ? undefined : SHOWN).map(({ name, label }, at) => (
          <TextInput
            key={name}
            label={label}
            type="number"
            isAutoFocused={isAutoFocused && at === 0}
            value={prices[name] ?? ""}
            error={faultAt(`/prices/${name}`)}
            onChange={(value) => setPrices({ ...prices, [name]: value })}
          />
        ))}
      </div>
      {!isAll && (
        <Button size="small" look="quiet" className="mt-2" onClick={() => setAll(true)}>
          More classes
        </Button>
      )}
    </fieldset>
  );
}
