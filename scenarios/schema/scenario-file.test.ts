import { expect, test } from 'vitest';
import { faultKinds } from '../../simulator/faults/registry.ts';
import { oneOf } from './check-shape.ts';
import { pipelineOf, scenarioOf } from './load.ts';
import { planFaults } from './plan.ts';
import { FileProblems } from './problem.ts';
import { sourceOf } from './read-yaml.ts';

const VALID = `version: 1
name: outage
jitter: 300ms
faults:
  - fault: blackhole
    target: uplink
    at: 1s
    for: 5s
  - fault: jump
    target: gateway
    at: 2s
    for: 2s
    by: -1h
exercises: [no-loss, true-time]
`;

const PIPELINE = `version: 1
name: plain
ports: { web: auto }
nodes:
  gateway: { command: [node, a.js], ready: { log: up } }
  ingest: { command: [node, b.js, '\${port.web}'], ready: { log: up } }
links:
  field: { from: gateway, to: plant }
  uplink: { from: gateway, to: 'ingest:web' }
outlet:
  readings: { kind: http, url: 'http://127.0.0.1:\${port.web}/' }
`;

const source = (text: string) => sourceOf('/somewhere/s.yaml', 's.yaml', Buffer.from(text));
const pipeline = pipelineOf(source(PIPELINE));

function plan(text: string, seed = 1) {
  const file = source(text);
  return planFaults({ scenario: scenarioOf(file), yaml: file.yaml }, { pipeline }, seed);
}

function problemsOf(text: string): string[] {
  try {
    plan(text);
    return [];
  } catch (error) {
    if (!(error instanceof FileProblems)) throw error;
    return error.message.split('\n').filter((line) => line.startsWith('s.yaml'));
  }
}

test('a scenario file is read: durations in milliseconds, defaults filled in, the keys of a kind as they stand', () => {
  const scenario = scenarioOf(source(VALID));
  expect(scenario).toMatchObject({ baseline: 2000, jitter: 300, settle: 3000, drain: 30_000, exercises: ['no-loss', 'true-time'] });
  expect(scenario.faults[1]).toEqual({ fault: 'jump', target: 'gateway', at: 2000, for: 2000, by: '-1h' });
});

const MOMENT = 'expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h; or a point of progress, such as "after 40 delivered"';
const START = 'expected low, mixed, near-edges, or a whole number up to 4278190080';
const KINDS = oneOf(faultKinds.map(({ kind }) => kind));
const MISTAKES: [string, string, ...string[]][] = [
  ['fault: blackhole', 'fault: blackhol', `5:12: fault cannot be "blackhol"; expected ${KINDS}; did you mean blackhole?`],
  ['  - fault: blackhole\n    target', '  - target', `5:5: missing key fault in faults.0; expected ${KINDS}`],
  ['    target: uplink\n', '', '5:5: missing key target in faults.0; expected the link, node or machine that it happens to, by its name in pipeline.yaml'],
  ['for: 5s', 'for: 0s', '8:10: for cannot be "0s"; expected more than 0'],
  ['for: 5s', 'for: 900000d', '8:10: for cannot be "900000d"; expected at most 36500d'],
  ['target: uplink', 'target: uplnk', '6:13: the pipeline plain has no link "uplnk"; expected field or uplink; did you mean uplink?'],
  ['target: uplink', 'target: gateway', '6:13: "gateway" is a node, and blackhole happens to a link; expected field or uplink'],
  ['target: gateway', 'target: uplink', '10:13: "uplink" is a link, and jump happens to a node; expected gateway or ingest'],
  ['  - fault: jump\n    target: gateway\n    at: 2s\n    for: 2s\n    by: -1h\n', '  - { fault: lying-ntp, target: time-server, at: 2s, for: 2s, offset: 1h }\n', '9:33: the pipeline plain asks no time server of ours; expected a node that is given ${time-server.host} and ${time-server.port}'],
  ['  - fault: jump\n    target: gateway\n    at: 2s\n    for: 2s\n    by: -1h\n', '  - { fault: lying-ntp, target: time-server, at: 2s, for: 2s }\n', '9:5: wrong keys in faults.1; expected at least one of offset, drift, stratum, leap, kiss-of-death, silent'],
  ['by: -1h', 'by: 1 hour', '13:9: by cannot be "1 hour"; expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or -1h; did you mean 1h?'],
  ['by: -1h', 'bye: 1h', '13:5: unknown key bye; expected fault, target, at, for or by; did you mean by?'],
  ['    for: 5s\n', '    for: 5s\n    direction: up\n', '9:16: direction cannot be "up"; expected both, to or from'],
  ['    by: -1h\n', '', '9:5: missing key by in faults.1; expected how far the wall clock jumps, such as +1h or -90s'],
  ['for: 5s', 'for: 5', '8:10: for cannot be 5; expected a duration with its unit (ms, s, min, h, d), such as 200ms, 5s or 72h; did you mean 5s?'],
  ['at: 2s', 'at: after 0 delivered', `11:9: at cannot be "after 0 delivered"; ${MOMENT}`],
  ['at: 2s', 'at: 2 seconds', `11:9: at cannot be "2 seconds"; ${MOMENT}; did you mean 2s?`],
  ['at: 2s', 'at: after 3 puback on uplink', '11:9: no packets of MQTT can be counted on "uplink"'],
  ['at: 2s', 'at: after 3 delivered since fault 2', '11:9: fault 2 does not stand before this one, which is fault 2'],
  ['true-time', 'truetime', '14:22: exercises cannot be "truetime"; expected no-loss, capacity, power-safe, no-duplicates, in-order, unaltered, gaps-declared, gaps-true, true-time, recovers, drains, live-first, returns-unaided, bounded, local-continuity, alerts-arrive, stale-shown, layer-named, backfill or access; did you mean true-time?'],
  ['jitter: 300ms', 'jiter: 300ms', '3:1: unknown key jiter; expected version, name, description, baseline, flow-within, jitter, start, faults, settle, drain or exercises; did you mean jitter?'],
  ['jitter: 300ms', 'start: { number: near-edge }', `3:18: number cannot be "near-edge"; ${START}; did you mean near-edges?`],
  ['jitter: 300ms', 'start: { counter: 4294967295 }', `3:19: counter cannot be 4294967295; ${START}`],
  ['jitter: 300ms', 'start: { number: 0 }', '3:18: number cannot be 0; expected 1 or more: the first reading has the number 1 at the least'],
  ['jitter: 300ms', 'start: { uptime: 60d }', '3:18: uptime cannot be "60d"; expected less than 49.7 days'],
  ['version: 1', 'nodes: {}', '1:1: this is a pipeline; expected a scenario file'],
];

test('where the numbers start can be said, in a word or a number', () => {
  expect(scenarioOf(source(VALID)).start).toEqual({ number: 'mixed', counter: 'mixed', uptime: 'low' });
  const said = VALID.replace('jitter: 300ms', 'start: { number: 65530, counter: near-edges, uptime: 49d }');
  expect(scenarioOf(source(said)).start).toEqual({ number: 65530, counter: 'near-edges', uptime: 49 * 86_400_000 });
});

test.each(MISTAKES)('%j as %j is told at its place', (from, to, ...told) => {
  expect(VALID).toContain(from);
  expect(problemsOf(VALID.replace(from, () => to))).toEqual(told.map((it) => `s.yaml:${it}`));
});

test('a time server can lie to a pipeline that asks it, and is called time-server', () => {
  const asking = pipelineOf(source(PIPELINE.replace('{ command: [node, a.js]', () => '{ env: { TIME: "${time-server.host}:${time-server.port}" }, command: [node, a.js]')));
  const file = (target: string) => source(`version: 1\nname: lie\nfaults:\n  - { fault: lying-ntp, target: ${target}, at: 1s, for: 1s, offset: 1h }\n`);
  const planFor = (target: string) => planFaults({ scenario: scenarioOf(file(target)), yaml: file(target).yaml }, { pipeline: asking }, 1);
  expect(planFor('time-server')).toMatchObject([{ id: '1-lying-ntp-time-server', family: 'clock', params: { offset: 3_600_000 } }]);
  expect(() => planFor('time-sever')).toThrow('the pipeline plain has no time-server "time-sever"; expected time-server; did you mean time-server?');
  expect(() => planFor('gateway')).toThrow('"gateway" is a node, and lying-ntp happens to a time-server; expected time-server');
});

test('a planned fault carries its place, kind and target in its id, and parsed parameters', () => {
  const [first, second] = plan(VALID.replace('jitter: 300ms', 'jitter: 0s'));
  expect(first).toEqual({ id: '1-blackhole-uplink', kind: 'blackhole', family: 'link', target: 'uplink', atMs: 1000, forMs: 5000, params: { direction: 'both' }, written: {} });
  expect(second).toMatchObject({ id: '2-jump-gateway', family: 'clock', atMs: 2000, forMs: 2000, params: { by: -3_600_000 }, written: { by: '-1h' } });
});

test('jitter depends on the seed alone, differs per fault, stays within its bound and is spread over all of it', () => {
  expect(plan(VALID, 7)).toEqual(plan(VALID, 7));
  const shifts = Array.from({ length: 500 }, (_, seed) => plan(VALID, seed).map((it, index) => it.atMs - [1000, 2000][index]!));
  for (const index of [0, 1]) {
    const sorted = shifts.map((it) => it[index]!).toSorted((a, b) => a - b);
    expect(sorted[0]).toBeGreaterThanOrEqual(-300);
    expect(sorted.at(-1)).toBeLessThanOrEqual(300);
    expect(sorted[50]).toBeLessThan(-200);
    expect(sorted[450]).toBeGreaterThan(200);
  }
  expect(shifts.filter(([a, b]) => a === b).length).toBeLessThan(10);
});

test('a fault begins at a point of progress, which jitter does not move', () => {
  const points: [string, object][] = [
    ['after 40 delivered', { count: 40, of: 'delivered' }],
    ['after 3 puback on broker-link since fault 1', { count: 3, of: 'puback', on: 'broker-link', since: 1 }],
    ['after 200 waiting since fault 1', { count: 200, of: 'waiting', since: 1 }],
  ];
  const links = { ...pipeline.links, 'broker-link': { from: 'gateway', to: 'broker' } };
  for (const [text, after] of points) {
    const file = source(VALID.replace('at: 2s', () => `at: ${text}`));
    const [, second] = planFaults({ scenario: scenarioOf(file), yaml: file.yaml }, { pipeline: { ...pipeline, links } }, 1);
    expect(second).toMatchObject({ atMs: 0, after });
  }
});

test('no fault begins before the end of the baseline', () => {
  for (let seed = 0; seed < 100; seed++) {
    for (const { atMs } of plan(VALID.replace('at: 1s', 'at: 0s'), seed)) expect(atMs).toBeGreaterThanOrEqual(0);
  }
});
