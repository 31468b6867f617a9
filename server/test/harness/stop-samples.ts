/** Valid inputs of the operations on stops. */
import { createStop } from "../../src/stops/operations/create-stop.ts";
import type { Sample, Scene } from "./scene.ts";

const aStop = async ({ app, owner, other }: Scene) => {
  const { id } = await app.call(createStop, owner, { scope: "agent", id: other.id, reason: "It loops." });
  return { id };
};

export const STOP_SAMPLES: Record<string, Sample> = {
  "stops.create": {
    by: "owner",
    input: async ({ other }) => ({ scope: "agent", id: other.id, what: ["starts"], reason: "It loops.", drill: false }),
  },
  "stops.list": {
    by: "agent",
    input: async (scene) => {
      await aStop(scene);
      return { in_force: true };
    },
  },
  "stops.get": { by: "agent", input: aStop },
  "stops.lift": {
    by: "owner",
    input: async (scene) => ({ ...(await aStop(scene)), what: ["starts"], reason: "It was a mistake." }),
  },
};
