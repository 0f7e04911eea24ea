import fc from 'fast-check';

/** A kind of failure, what it can happen to, and how long it lasts: at least so long that it usually bites. */
export interface Failure {
  family: string;
  kind: string;
  weight: number;
  targets: string[];
  params?: fc.Arbitrary<Record<string, unknown>>;
  shortestMs: number;
  longestMs: number;
}

/** Faults begin up to here, so that they overlap often but not always. */
export const LATEST_MS = 28_000;
/** What nobody in the pipeline has to notice is over before `stale-within` of the model's claims, after which it would have to be named. */
const MILD_MS = 4500;
const LONGEST_MS = 9000;

const LINKS = ['plant', 'uplink', 'downlink'];
const NODES = ['gateway', 'gateway', 'broker', 'ingest'];
const DISKS = ['gateway', 'ingest'];
const CLOCKS = ['gateway', 'gateway', 'gateway', 'ingest'];

const within = (min: number, max: number) => fc.integer({ min, max });
const jumpMs = fc.oneof(within(-7_200_000, 7_200_000), fc.constantFrom(-3_600_000, 3_600_000, -500, 500));

/** Every failure that the model knows, for a plant of so many machines. */
export function failures(machines: number): Failure[] {
  const plant = ['plant', ...Array.from({ length: machines }, (_, i) => `machine-${i + 1}`)];
  return [
    ...link(), ...node(), ...disk(), ...clock(), ...device(plant), ...platform(),
  ];
}

function link(): Failure[] {
  const of = (kind: string, more: Partial<Failure> = {}): Failure => ({ family: 'link', kind, weight: 2, targets: LINKS, shortestMs: 500, longestMs: LONGEST_MS, ...more });
  const mild = { shortestMs: 2000, longestMs: MILD_MS };
  return [
    of('blackhole', { weight: 8, shortestMs: 1200, params: fc.record({ direction: fc.constantFrom('both', 'both', 'to', 'from') }) }),
    of('hold', { shortestMs: 1200, params: fc.record({ direction: fc.constantFrom('to', 'from', 'both') }) }),
    of('cut'), of('refuse'), of('dns'),
    of('reset', { longestMs: 1000 }),
    of('flap', { ...mild, params: fc.record({ every: within(200, 2000), as: fc.constantFrom('blackhole', 'cut', 'reset') }) }),
    of('latency', { ...mild, params: fc.record({ by: within(20, 600), direction: fc.constantFrom('both', 'to', 'from') }) }),
    of('bandwidth', { ...mild, params: fc.record({ rate: within(20_000, 200_000) }) }),
    of('slice', mild),
    of('lose-ack', { targets: ['uplink', 'downlink'], shortestMs: 3000, longestMs: MILD_MS, params: fc.record({ nth: within(1, 4) }) }),
    of('late-reply', { ...mild, targets: ['plant'], params: fc.record({ by: within(150, 1500), every: fc.constantFrom(1, 3, 10) }) }),
  ];
}

function node(): Failure[] {
  const of = (family: string, kind: string, more: Partial<Failure> = {}): Failure => ({ family, kind, weight: 2, targets: NODES, shortestMs: 300, longestMs: LONGEST_MS, ...more });
  return [
    of('power', 'crash', { weight: 6 }), of('power', 'power-cut', { weight: 6, params: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ clock: jumpMs }) }) }),
    of('power', 'brownout', { shortestMs: 2000, longestMs: MILD_MS, params: fc.record({ cuts: within(2, 5), off: within(100, 900), on: within(200, 1500) }) }),
    of('process', 'pause', { shortestMs: 1200 }), of('process', 'stop'), of('process', 'upgrade'),
  ];
}

function disk(): Failure[] {
  const of = (kind: string, more: Partial<Failure> = {}): Failure => ({ family: 'disk', kind, weight: 2, targets: DISKS, shortestMs: 2500, longestMs: LONGEST_MS, ...more });
  return [of('full'), of('read-only'), of('fsync-error', { params: fc.record({ times: fc.constantFrom(1, 3, 1000) }) }), of('slow', { longestMs: MILD_MS, params: fc.record({ by: within(20, 900) }) })];
}

function clock(): Failure[] {
  const of = (kind: string, more: Partial<Failure> = {}): Failure => ({ family: 'clock', kind, weight: 2, targets: CLOCKS, shortestMs: 500, longestMs: LONGEST_MS, ...more });
  return [
    of('jump', { weight: 4, params: fc.record({ by: jumpMs }) }),
    of('drift', { params: fc.record({ rate: fc.constantFrom(0.5, 0.9, 0.99, 1.01, 1.1, 2) }) }),
    of('strobe', { params: fc.record({ by: jumpMs, every: within(100, 1000) }) }),
    of('frozen'),
  ];
}

function device(targets: string[]): Failure[] {
  const of = (kind: string, more: Partial<Failure> = {}): Failure => ({ family: 'device', kind, weight: 2, targets, shortestMs: 1500, longestMs: LONGEST_MS, ...more });
  return [
    of('silent'), of('exception'), of('garbage-frame'), of('reboot'), of('replaced'),
    of('stuck', { longestMs: MILD_MS }),
    of('slow', { longestMs: MILD_MS, params: fc.record({ by: within(50, 400) }) }),
    of('slow', { params: fc.record({ by: within(400, 1500) }) }),
  ];
}

function platform(): Failure[] {
  const of = (family: string, kind: string, target: string, shortestMs: number, longestMs: number, params?: Failure['params']): Failure => ({ family, kind, weight: 2, targets: [target], params, shortestMs, longestMs });
  return [
    of('broker', 'restart', 'broker', 300, LONGEST_MS),
    of('broker', 'refuse-logins', 'broker', 2000, LONGEST_MS),
    of('broker', 'forget-sessions', 'broker', 300, LONGEST_MS),
    of('broker', 'quota', 'broker', 2000, MILD_MS, fc.record({ 'per-second': fc.constantFrom(1, 1, 1, 1, 3) })),
    of('broker', 'kick', 'broker', 300, MILD_MS),
    of('broker', 'poison', 'broker', 3000, MILD_MS, fc.record({ forever: fc.boolean() })),
    of('service', 'down', 'pager', 3500, MILD_MS),
    of('service', 'lose-reply', 'panel', 3000, MILD_MS),
    of('access', 'revoke', 'gateway', 3000, LONGEST_MS),
    of('access', 'expire', 'gateway', 3000, LONGEST_MS),
  ];
}
