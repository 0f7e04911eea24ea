import type { Failure } from './pairs.ts';

/** A failure at its moment, as a scenario file says it. */
export type Timed = Omit<Failure, 'for'> & { at: string; for?: string };

/** What a failure needs besides itself to have anything to bite: a boot for a clock that is wrong at boots, a buffer that fills before an upgrade. */
export function companionOf({ fault, target }: Pick<Failure, 'fault' | 'target'>, atMs: number): Timed | undefined {
  if (fault === 'reset-at-boot') return { fault: 'crash', target, at: `${atMs + 500}ms`, for: '1s' };
  if (fault === 'upgrade') return { fault: 'blackhole', target: target === 'gateway' ? 'uplink' : 'downlink', at: `${Math.max(0, atMs - 1000)}ms`, for: '4s' };
  return undefined;
}
