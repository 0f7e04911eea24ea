import { z } from 'zod';
import type { FaultKind } from '../../simulator/faults/fault.ts';
import { faultKinds } from '../../simulator/faults/registry.ts';
import { guaranteeIds } from './guarantee-ids.ts';
import { faultKeys, scenarioSchema } from './scenario.ts';

/** A fault of this kind as a scenario file may write it: the keys of every fault, and the parameters of the kind. */
function faultOf({ kind, summary, limits, params, instant }: FaultKind) {
  if (!(params instanceof z.ZodObject)) throw new TypeError(`The parameters of the fault ${kind} are not a z.strictObject`);
  const description = limits ? `${summary} Limits: ${limits}` : summary;
  const { for: duration, ...keys } = faultKeys;
  const lasting = instant ? {} : { for: duration.refine((ms) => ms > 0, 'expected more than 0') };
  return z.strictObject({ ...keys, ...lasting, fault: z.literal(kind).describe(summary), ...params.shape }).describe(description);
}

const [first, ...others] = faultKinds.map(faultOf);

/** A scenario as it may stand in a file: like `scenarioSchema`, with all that is known of fault kinds and guarantees. */
export const scenarioFileSchema = scenarioSchema.extend({
  faults: z.array(z.discriminatedUnion('fault', [first!, ...others])).min(1).max(1000).describe(scenarioSchema.shape.faults.description!),
  exercises: z.array(z.enum(guaranteeIds)).default([]).describe(scenarioSchema.shape.exercises.description!),
});
