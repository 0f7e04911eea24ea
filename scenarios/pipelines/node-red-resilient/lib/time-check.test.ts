import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { expect, test, vi } from 'vitest';
import { startSntpServer } from '../../../../simulator/clock/sntp-server.ts';

const require = createRequire(import.meta.url);
const { TimeCheck } = require('./time-check.cjs');
const { compareWith, serverOf } = require('./sntp.cjs');

const compared = async (server: { host: string; port: number }) => compareWith(server, 300).then(({ aheadMicros }: { aheadMicros: number }) => Math.round(aheadMicros / 1e5) / 10, (error: Error) => error.message);

test('a server that says the time is compared with, whatever it says', async () => {
  await using server = await startSntpServer();
  expect(await compared(server)).toBeCloseTo(0, 1);
  server.lie({ offsetMs: 3_600_000 });
  expect(await compared(server)).toBeCloseTo(3600, 1);
  server.lie({ offsetMs: -50 * 365 * 86_400_000 });
  expect(await compared(server)).toBeCloseTo(-50 * 365 * 86_400, 0);
});

test.each([
  [{ stratum: 0 }, 'the time server says GPS\0'],
  [{ stratum: 16 }, 'the time server does not know the time'],
  [{ leap: 3 as const }, 'the time server does not know the time'],
  [{ kissOfDeath: 'RATE' as const }, 'the time server says RATE'],
  [{ silent: true }, 'the time server does not answer'],
])('of a server with %j nothing is believed', async (lies, why) => {
  await using server = await startSntpServer();
  server.lie(lies);
  expect(await compared(server)).toBe(why);
});

test('an answer to another question is not believed, nor junk', async () => {
  const server = createSocket('udp4').bind(0, '127.0.0.1');
  await once(server, 'listening');
  const answers = [Buffer.from('junk'), Buffer.concat([Buffer.of(36, 2), Buffer.alloc(46, 1)])];
  server.on('message', (_, from) => server.send(answers.shift()!, from.port, from.address));
  const address = { host: '127.0.0.1', port: server.address().port };
  expect(await compared(address)).toBe('what came from the time server is no answer');
  expect(await compared(address)).toBe('the time server answered another question');
  // Where nobody listens: a port that was given up may be another test's by now.
  expect(await compared({ ...address, host: '127.255.255.254' })).toMatch(/ECONNREFUSED|does not answer/);
  server.close();
});

test('the clock is in doubt while the server contradicts, unchecked while it says nothing, and never set', async () => {
  await using server = await startSntpServer();
  const check = new TimeCheck(server, 20);
  const becomes = (news: object) => vi.waitFor(() => expect(check.news()).toMatchObject(news), { interval: 5 });
  expect(check.news()).toEqual({ state: 'unchecked', offByMs: null, trouble: 'not asked yet' });
  await becomes({ state: 'agrees', trouble: null });
  const lie = server.lie({ offsetMs: -90_000 });
  await becomes({ state: 'in doubt', offByMs: expect.closeTo(90_000, -2) });
  lie.lift();
  await becomes({ state: 'agrees' });
  server.lie({ stratum: 16 });
  await becomes({ state: 'unchecked', offByMs: null, trouble: 'the time server does not know the time' });
  check.close();
});

test('who is told to go away does not ask again', async () => {
  await using server = await startSntpServer();
  const kiss = server.lie({ kissOfDeath: 'DENY' });
  const check = new TimeCheck(server, 5);
  await vi.waitFor(() => expect(check.news().trouble).toBe('the time server says DENY'));
  kiss.lift();
  await new Promise((done) => setTimeout(done, 50));
  expect(server.requests).toBe(1);
  check.close();
});

test('a server is HOST:PORT or HOST; what was left out is nobody', () => {
  expect(serverOf('pool.ntp.org')).toEqual({ host: 'pool.ntp.org', port: 123 });
  expect(serverOf('127.0.0.1:4123')).toEqual({ host: '127.0.0.1', port: 4123 });
  expect(serverOf('[::1]:123')).toEqual({ host: '::1', port: 123 });
  for (const nobody of [undefined, '', '${TIME_SERVER}', ':123', 'a b']) expect(serverOf(nobody)).toBeUndefined();
});
