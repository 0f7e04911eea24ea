import type { PlannedFault } from '../plan.ts';
import type { Apply } from './active.ts';
import { deviceFaults } from './device.ts';
import { linkFaults } from './link.ts';
import { nodeFaults } from './node.ts';
import { serviceFaults } from './service.ts';

const all: Record<string, Apply> = {
  ...prefixed('link', linkFaults), ...nodeFaults, ...prefixed('device', deviceFaults), ...serviceFaults,
};

/** Every fault that the model knows, as family/kind. */
export const MODEL_FAULTS: readonly string[] = Object.keys(all);

/** How a planned fault is put on the world. Throws RangeError for a kind that the model does not know. */
export function applierOf(fault: PlannedFault): Apply {
  const apply = all[`${fault.family}/${fault.kind}`];
  if (!apply) throw new RangeError(`${fault.id}: the model does not know ${fault.family}/${fault.kind}`);
  return apply;
}

function prefixed(family: string, faults: Record<string, Apply>): Record<string, Apply> {
  return Object.fromEntries(Object.entries(faults).map(([kind, apply]) => [`${family}/${kind}`, apply]));
}
