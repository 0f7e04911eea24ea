import fc from 'fast-check';
import type { Parameters } from '../../simulator/model/parameters.ts';
import type { PlannedFault } from '../schema/scenario.ts';

type Drawn = Omit<PlannedFault, 'id'>;
type Draft = Pick<PlannedFault, 'family' | 'kind' | 'target' | 'params'> & { shortestMs?: number; longestMs?: number };

const LATEST_MS = 24_000;

/**
 * One failure of any kind that the model knows, at any time. Usually it is one fault; where a fault shows only together
 * with another (a time server that nobody asks does not bite), it is both.
 */
export function arbitraryFault({ machines }: Pick<Parameters, 'machines'>): fc.Arbitrary<Drawn[]> {
  const machine = fc.oneof(fc.constant('plant'), fc.integer({ min: 1, max: machines }).map((i) => `machine-${i}`));
  const family = fc.oneof(
    { weight: 5, arbitrary: linkFault() },
    { weight: 4, arbitrary: nodeFault() },
    { weight: 2, arbitrary: diskFault() },
    { weight: 3, arbitrary: clockFault() },
    { weight: 3, arbitrary: machine.chain(deviceFault) },
    { weight: 3, arbitrary: platformFault() },
  );
  return fc.oneof(
    { weight: 12, arbitrary: family.chain(timed).map((fault) => [fault]) },
    { weight: 1, arbitrary: bootWithoutTime() },
    { weight: 2, arbitrary: deathDuringOutage() },
  );
}

function timed({ shortestMs = 500, longestMs = 9000, ...fault }: Draft): fc.Arbitrary<Drawn> {
  return fc.record({
    atMs: fc.integer({ min: 0, max: LATEST_MS }),
    forMs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: shortestMs, max: shortestMs + 2500 }) },
      { weight: 1, arbitrary: fc.integer({ min: shortestMs, max: longestMs }) },
      { weight: 1, arbitrary: fc.constantFrom(shortestMs, longestMs) },
    ),
  }).map((when) => ({ ...fault, ...when }));
}

function linkFault(): fc.Arbitrary<Draft> {
  const link = fc.constantFrom('field', 'uplink', 'downlink');
  const on = (kind: string, params: fc.Arbitrary<Record<string, unknown>> = fc.constant({}), more: Partial<Draft> = {}) =>
    fc.record({ family: fc.constant('link'), kind: fc.constant(kind), target: link, params }).map((draft) => ({ ...draft, ...more }));
  return fc.oneof(
    { weight: 4, arbitrary: on('blackhole', fc.record({ direction: fc.constantFrom('both', 'both', 'to', 'from') }), { shortestMs: 1200 }) },
    on('cut'),
    on('reset'),
    on('refuse'),
    on('dns'),
    on('hold', fc.constant({}), { shortestMs: 1200 }),
    on('flap', fc.record({ every: fc.integer({ min: 200, max: 2000 }) })),
    on('latency', fc.record({ by: fc.integer({ min: 20, max: 600 }) }), { shortestMs: 1500 }),
    on('bandwidth', fc.record({ bytesPerSecond: fc.integer({ min: 20_000, max: 200_000 }) }), { shortestMs: 1500 }),
    fc.record({ family: fc.constant('link'), kind: fc.constant('lose-ack'), target: fc.constantFrom('uplink', 'downlink'), params: fc.record({ nth: fc.integer({ min: 1, max: 4 }) }), shortestMs: fc.constant(4000) }),
    fc.record({ family: fc.constant('link'), kind: fc.constant('late-reply'), target: fc.constant('field'), params: fc.record({ by: fc.integer({ min: 150, max: 1500 }) }), shortestMs: fc.constant(1500) }),
  );
}

function nodeFault(): fc.Arbitrary<Draft> {
  const node = fc.constantFrom('gateway', 'gateway', 'broker', 'ingest');
  const of = (family: string, kind: string, params: fc.Arbitrary<Record<string, unknown>> = fc.constant({})) =>
    fc.record({ family: fc.constant(family), kind: fc.constant(kind), target: node, params });
  return fc.oneof(
    { weight: 3, arbitrary: of('power', 'crash') },
    { weight: 3, arbitrary: of('power', 'power-cut') },
    of('power', 'brownout', fc.record({ every: fc.integer({ min: 900, max: 3000 }) })),
    of('process', 'pause').map((draft) => ({ ...draft, shortestMs: 1200 })),
    of('process', 'stop'),
    of('process', 'upgrade'),
  );
}

function diskFault(): fc.Arbitrary<Draft> {
  const disk = fc.constantFrom('gateway', 'ingest');
  const of = (kind: string, params: fc.Arbitrary<Record<string, unknown>> = fc.constant({})) =>
    fc.record({ family: fc.constant('disk'), kind: fc.constant(kind), target: disk, params, shortestMs: fc.constant(2500) });
  return fc.oneof(of('full'), of('read-only'), of('fsync-error'), of('slow', fc.record({ by: fc.integer({ min: 20, max: 900 }) })));
}

function clockFault(): fc.Arbitrary<Draft> {
  const node = fc.constantFrom('gateway', 'gateway', 'gateway', 'ingest');
  const by = fc.oneof(fc.integer({ min: -7_200_000, max: 7_200_000 }), fc.constantFrom(-3_600_000, 3_600_000, -500, 500));
  const of = (kind: string, params: fc.Arbitrary<Record<string, unknown>> = fc.constant({}), more: Partial<Draft> = {}) =>
    fc.record({ family: fc.constant('clock'), kind: fc.constant(kind), target: node, params }).map((draft) => ({ ...draft, ...more }));
  return fc.oneof(
    { weight: 2, arbitrary: of('jump', fc.record({ by })) },
    of('drift', fc.record({ rate: fc.constantFrom(0.5, 0.9, 0.99, 1.01, 1.1, 2) })),
    of('strobe', fc.record({ by, every: fc.integer({ min: 100, max: 1000 }) })),
    of('frozen'),
    { weight: 2, arbitrary: of('reset-at-boot', fc.record({ off: fc.integer({ min: 200, max: 2000 }) }), { shortestMs: 1000 }) },
  );
}

function deviceFault(target: string): fc.Arbitrary<Draft> {
  const of = (kind: string, params: Record<string, unknown> = {}): Draft => ({ family: 'device', kind, target, params, shortestMs: 1500 });
  return fc.oneof(
    fc.constantFrom(of('silent'), of('exception'), of('garbage-frame'), of('stuck'), of('reboot'), of('replaced')),
    fc.integer({ min: 50, max: 1500 }).map((by) => of('slow', { by })),
  );
}

function platformFault(): fc.Arbitrary<Draft> {
  const of = (family: string, kind: string, target: string, shortestMs = 300): Draft => ({ family, kind, target, params: {}, shortestMs });
  return fc.constantFrom(
    of('broker', 'restart', 'broker'), of('broker', 'forget-sessions', 'broker'), of('broker', 'refuse-logins', 'broker', 1000), of('broker', 'kick', 'broker'),
    of('broker', 'poison', 'broker', 3000), of('service', 'down', 'pager', 6000), of('service', 'lose-reply', 'panel', 3000),
    of('access', 'revoke', 'gateway', 3000), of('access', 'expire', 'gateway', 3000),
  );
}

/** The gateway dies while its uplink is dead, and comes back before it. */
function deathDuringOutage(): fc.Arbitrary<Drawn[]> {
  return fc.record({
    kind: fc.constantFrom('crash', 'power-cut'), link: fc.constantFrom('blackhole', 'cut'),
    atMs: fc.integer({ min: 0, max: LATEST_MS }), afterMs: fc.integer({ min: 300, max: 3000 }), offMs: fc.integer({ min: 300, max: 2000 }), lastsMs: fc.integer({ min: 800, max: 4000 }),
  }).map(({ kind, link, atMs, afterMs, offMs, lastsMs }) => [
    { family: 'link', kind: link, target: 'uplink', params: {}, atMs, forMs: afterMs + offMs + lastsMs },
    { family: 'power', kind, target: 'gateway', params: {}, atMs: atMs + afterMs, forMs: offMs },
  ]);
}

/** The gateway comes up and finds no time server: its clock may be right or wrong, and it cannot know. */
function bootWithoutTime(): fc.Arbitrary<Drawn[]> {
  return fc.record({ atMs: fc.integer({ min: 0, max: LATEST_MS }), offMs: fc.integer({ min: 300, max: 2000 }), forMs: fc.integer({ min: 4000, max: 8000 }) }).map(
    ({ atMs, offMs, forMs }) => [
      { family: 'service', kind: 'down', target: 'time', params: {}, atMs, forMs },
      { family: 'power', kind: 'crash', target: 'gateway', params: {}, atMs, forMs: offMs },
    ],
  );
}
