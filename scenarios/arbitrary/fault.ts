import fc from 'fast-check';
import type { Parameters } from '../../simulator/model/parameters.ts';
import type { PlannedFault } from '../schema/scenario.ts';
import { failures, LATEST_MS, type Failure } from './failures.ts';

export type DrawnFault = Omit<PlannedFault, 'id'>;

/**
 * One failure of any kind that the model knows, at any time. Usually it is one fault; where a fault shows only together
 * with another (a time server that nobody asks does not bite), it is both.
 */
export function arbitraryFault({ machines }: Pick<Parameters, 'machines'>): fc.Arbitrary<DrawnFault[]> {
  const single = fc.oneof(...failures(machines).map((failure) => ({ weight: failure.weight, arbitrary: drawn(failure) })));
  return fc.oneof(
    { weight: 12, arbitrary: single.map((fault) => [fault]) },
    { weight: 2, arbitrary: deathDuringOutage() },
    { weight: 1, arbitrary: bootWithStaleClock() },
    { weight: 1, arbitrary: bootWithoutTimeServer() },
  );
}

function drawn({ family, kind, targets, params = fc.constant({}), shortestMs, longestMs }: Failure): fc.Arbitrary<DrawnFault> {
  return fc.record({
    family: fc.constant(family),
    kind: fc.constant(kind),
    target: fc.constantFrom(...targets),
    params,
    atMs: fc.integer({ min: 0, max: LATEST_MS }),
    forMs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: shortestMs, max: Math.min(longestMs, shortestMs + 2500) }) },
      { weight: 1, arbitrary: fc.integer({ min: shortestMs, max: longestMs }) },
      { weight: 1, arbitrary: fc.constantFrom(shortestMs, longestMs) },
    ),
  });
}

const atMs = fc.integer({ min: 0, max: LATEST_MS });
const offMs = fc.integer({ min: 300, max: 2000 });

/** The gateway dies while its uplink is dead, and comes back before it. */
function deathDuringOutage(): fc.Arbitrary<DrawnFault[]> {
  const link = fc.constantFrom('blackhole', 'cut');
  const death = fc.constantFrom('crash', 'power-cut');
  const beforeMs = fc.integer({ min: 300, max: 3000 });
  const afterMs = fc.integer({ min: 800, max: 4000 });
  return fc.tuple(link, death, atMs, beforeMs, offMs, afterMs).map(([kind, how, at, before, off, after]) => [
    { family: 'link', kind, target: 'uplink', params: {}, atMs: at, forMs: before + off + after },
    { family: 'power', kind: how, target: 'gateway', params: {}, atMs: at + before, forMs: off },
  ]);
}

/** The power goes, and the clock has no battery. */
function bootWithStaleClock(): fc.Arbitrary<DrawnFault[]> {
  const node = fc.constantFrom('gateway', 'gateway', 'ingest');
  return fc.tuple(node, atMs, offMs, fc.integer({ min: 1000, max: 5000 })).map(([target, at, off, stale]) => [
    { family: 'clock', kind: 'reset-at-boot', target, params: {}, atMs: at, forMs: off + stale },
    { family: 'power', kind: 'power-cut', target, params: {}, atMs: at, forMs: off },
  ]);
}

/** The gateway comes up and finds no time server: its clock may be right or wrong, and it cannot know. */
function bootWithoutTimeServer(): fc.Arbitrary<DrawnFault[]> {
  return fc.tuple(atMs, offMs, fc.integer({ min: 3000, max: 5000 })).map(([at, off, more]) => [
    { family: 'service', kind: 'down', target: 'time', params: {}, atMs: at, forMs: off + more },
    { family: 'power', kind: 'crash', target: 'gateway', params: {}, atMs: at, forMs: off },
  ]);
}
