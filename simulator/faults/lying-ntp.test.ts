import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startSntpServer } from '../clock/sntp-server.ts';
import { startRunClock } from '../run-clock.ts';
import { lyingNtp } from './lying-ntp.ts';

const context = { clock: startRunClock(), random: () => 0 };
const lieOf = (written: object) => lyingNtp.params.parse(written);

/** Asks from outside, as RFC 4330 writes it; undefined if no answer comes. */
async function query(port: number) {
  const socket = createSocket('udp4');
  try {
    const sentMs = Date.now();
    socket.send(Buffer.concat([Buffer.of((4 << 3) | 3), Buffer.alloc(47)]), port, '127.0.0.1');
    const reply = await Promise.race([once(socket, 'message').then(([it]) => it as Buffer), sleep(150, undefined)]);
    if (!reply) return undefined;
    const toldMs = (reply.readUInt32BE(40) + reply.readUInt32BE(44) / 2 ** 32 - 2_208_988_800) * 1000;
    return { leap: reply[0]! >> 6, stratum: reply[1], kiss: reply.toString('latin1', 12, 16), aheadMs: toldMs - (sentMs + Date.now()) / 2 };
  } finally {
    socket.close();
  }
}

test.each([
  [{ offset: '-90s' }, { leap: 0, stratum: 2, aheadMs: expect.closeTo(-90_000, -2) }],
  [{ offset: '1h', stratum: 1, leap: 1 }, { leap: 1, stratum: 1, kiss: 'GPS\0', aheadMs: expect.closeTo(3_600_000, -2) }],
  [{ stratum: 16, leap: 3 }, { leap: 3, stratum: 16 }],
  [{ 'kiss-of-death': 'DENY' }, { stratum: 0, kiss: 'DENY' }],
  [{ silent: true }, undefined],
])('who asks during %j is told %j, and the truth before and after', async (written, told) => {
  await using server = await startSntpServer();
  const truth = { leap: 0, stratum: 2, aheadMs: expect.closeTo(0, -2) };
  expect(await query(server.port)).toMatchObject(truth);
  const fault = await lyingNtp.apply(server, lieOf(written), context);
  expect(await fault.bite()).toMatchObject({ proven: false, detail: 'nobody asked it for the time meanwhile' });
  const said = await query(server.port);
  if (told) expect(said).toMatchObject(told);
  else expect(said).toBeUndefined();
  await fault.heal();
  await fault.heal();
  expect(await query(server.port)).toMatchObject(truth);
  expect(await fault.bite()).toMatchObject({ proven: true, numbers: { liesTold: 1 } });
});

test('a drift grows from the moment on', async () => {
  await using server = await startSntpServer();
  const fault = await lyingNtp.apply(server, lieOf({ drift: '-500ms/s' }), context);
  await sleep(300);
  expect((await query(server.port))!.aheadMs).toBeLessThan(-120);
  await fault.heal();
});

test('of two lies the later one is told; they heal in any order, also when the server is gone', async () => {
  await using server = await startSntpServer();
  const first = await lyingNtp.apply(server, lieOf({ offset: '1h' }), context);
  const second = await lyingNtp.apply(server, lieOf({ silent: true }), context);
  await first.heal();
  expect(await query(server.port)).toBeUndefined();
  expect(await first.bite()).toMatchObject({ proven: false });
  await server[Symbol.asyncDispose]();
  await second.heal();
  expect(await second.bite()).toMatchObject({ proven: true, detail: '1 request for the time was left unanswered' });
});

test('a lie is within bounds, has its unit, and is one', () => {
  for (const wrong of [{}, { offset: '0s' }, { offset: '40000d' }, { offset: 5 }, { drift: '1' }, { drift: '501ms/s' }, { stratum: 17 }, { leap: 0 }, { silent: false }, { 'kiss-of-death': 'BYE' }]) {
    expect(lyingNtp.params.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
  }
  expect(lieOf({ offset: '-1h', drift: '0.5ms/s' })).toEqual({ offset: -3_600_000, drift: 0.5 });
});
