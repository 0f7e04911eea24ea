import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const { diagnose } = createRequire(import.meta.url)('./diagnosis.cjs');

const NOW = 100_000;
const gateway = (more: any = {}, statement: any = {}) => ({
  heardAtMs: NOW - 100, goneAtMs: null, ...more,
  statement: { backlog: 4, full: false, diskError: null, machines: { press: { live: true, lastTime: 1, trouble: null } }, clock: { disputed: false }, ...statement },
});
const situation = (more: any = {}) => ({
  nowMs: NOW, broker: { up: true, why: '', silentMs: 50 }, storeError: null, clock: null,
  gateways: { a: gateway() }, newest: { press: { time: 1, arrivedAtMs: NOW - 100, sinceTime: 1 } }, ...more,
});
const silentPress = { press: { live: false, lastTime: 1, trouble: 'no answer within 1000 ms' } };

test.each([
  ['all is well', situation(), 'ok', null],
  ['the disk of the platform refuses', situation({ storeError: 'disk full' }), 'failed', 'platform'],
  ['the broker is gone', situation({ broker: { up: false, why: 'closed', silentMs: 9 } }), 'failed', 'platform'],
  ['the broker says nothing, and so neither does the gateway', situation({ broker: { up: true, why: '', silentMs: 1600 }, gateways: { a: gateway({ heardAtMs: NOW - 1700 }) } }), 'failed', 'platform'],
  ['the gateway fell silent', situation({ gateways: { a: gateway({ heardAtMs: NOW - 2000 }) } }), 'failed', 'network'],
  ['the gateway fell silent, and later the broker gave up on it', situation({ gateways: { a: gateway({ heardAtMs: NOW - 9000, goneAtMs: NOW - 3000 }) } }), 'failed', 'network'],
  ['the connection of the gateway was closed while it spoke', situation({ gateways: { a: gateway({ heardAtMs: NOW - 2000, goneAtMs: NOW - 1900 }) } }), 'failed', 'gateway'],
  ['the disk of the gateway refuses', situation({ gateways: { a: gateway({}, { diskError: 'disk full' }) } }), 'failed', 'gateway'],
  ['one of two machines is silent', situation({ gateways: { a: gateway({}, { machines: { ...silentPress, oven: { live: true, lastTime: 1, trouble: null } } }) }, newest: { oven: { time: 1, arrivedAtMs: NOW, sinceTime: 1 } } }), 'degraded', 'device'],
  ['every machine is silent', situation({ gateways: { a: gateway({}, { machines: silentPress }) } }), 'failed', 'device'],
  ['the time server agrees', situation({ clock: { state: 'agrees', offByMs: 40, trouble: null } }), 'ok', null],
  ['the time server does not answer', situation({ clock: { state: 'unchecked', offByMs: null, trouble: 'the time server does not answer' } }), 'ok', null],
  ['the time server contradicts', situation({ clock: { state: 'in doubt', offByMs: -3_600_000, trouble: null } }), 'degraded', null],
  ['the time server contradicts while something has failed', situation({ clock: { state: 'in doubt', offByMs: 200, trouble: null }, storeError: 'disk full' }), 'failed', 'platform'],
  ['a backlog is on its way', situation({ gateways: { a: gateway({}, { backlog: 5000 }) } }), 'degraded', null],
] as const)('%s', (_, it, status, layer) => {
  expect(diagnose(it)).toMatchObject({ status, layer });
});

test('the backlog is unknown, not zero, while the gateway cannot say', () => {
  expect(diagnose(situation()).backlog).toBe(4);
  expect(diagnose(situation({ gateways: { a: gateway({ heardAtMs: NOW - 2000 }, { backlog: 0 }) } })).backlog).toBeNull();
});

test('a machine that the gateway cannot read is an open gap, from its last reading on', () => {
  const it = diagnose(situation({ gateways: { a: gateway({}, { machines: silentPress }) } }));
  expect(it.openGaps).toEqual([{ device: 'press', from: 1, reason: 'no answer within 1000 ms' }]);
});

test('while the gateway is not heard, its machines are unknown and no gap: it may well read them', () => {
  const it = diagnose(situation({ gateways: { a: gateway({ heardAtMs: NOW - 9000 }) }, newest: { press: { time: 1, arrivedAtMs: NOW - 9000, sinceTime: 1 } } }));
  expect(it.machines).toMatchObject([{ device: 'press', state: 'unknown' }]);
  expect(it.openGaps).toEqual([]);
});
