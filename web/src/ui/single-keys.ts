/** Shortcuts of single letters and signs, such as `p` and `g i`. A person can switch them off. */
import { stored, useStored } from "../data/stored.ts";

const single = stored("bailiwick.single-keys", "on");

export const isSingle = (keys: string): boolean => keys.split(" ").every((key) => key.length === 1);

/** Returns whether a press of these keys acts. */
export const isOn = (keys: string): boolean => !isSingle(keys) || single.get() === "on";

export function useSingleKeys(): [isOn: boolean, set: (isOn: boolean) => void] {
  return [useStored(single) === "on", (next) => single.set(next ? "on" : "off")];
}
