import type { Failure } from './pairs.ts';

type Named = Pick<Failure, 'fault' | 'target'>;

/** A failure at its moment, as a scenario file says it. */
export type Timed = Omit<Failure, 'for'> & { at: string; for?: string };

const BOOTS = new Set(['crash', 'power-cut', 'brownout', 'stop', 'upgrade']);

/**
 * What a failure needs besides itself, and besides the others there are, to have anything to bite: a boot for a clock that
 * is wrong at boots, a buffer that fills before an upgrade.
 */
export function companionOf({ fault, target }: Named, atMs: number, others: readonly Named[] = []): Timed | undefined {
  const boots = others.some((it) => it.target === target && BOOTS.has(it.fault));
  if (fault === 'reset-at-boot' && !boots) return { fault: 'crash', target, at: `${atMs + 500}ms`, for: '1s' };
  if (fault === 'upgrade') return { fault: 'blackhole', target: target === 'gateway' ? 'uplink' : 'downlink', at: `${Math.max(0, atMs - 1000)}ms`, for: '4s' };
  return undefined;
}
