import { blackhole } from './blackhole.ts';
import { crash } from './crash.ts';
import type { FaultKind } from './fault.ts';
import { jump } from './jump.ts';

/** Every kind of failure that can be injected. */
export const faultKinds: readonly FaultKind[] = [blackhole, crash, jump];

export function faultKind(kind: string): FaultKind | undefined {
  return faultKinds.find((it) => it.kind === kind);
}
