import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startSntpServer } from './sntp-server.ts';

/** Asks as any SNTP client does, and tells what the answer means by RFC 4330. */
async function query(port: number, withinMs = 1000) {
  const socket = createSocket('udp4');
  try {
    const request = Buffer.alloc(48);
    request[0] = (4 << 3) | 3;
    request.write('my time!', 40);
    const sentMs = Date.now();
    socket.send(request, port, '127.0.0.1');
    const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(withinMs) })) as [Buffer];
    const secondsAt = (at: number) => reply.readUInt32BE(at) + reply.readUInt32BE(at + 4) / 2 ** 32 - 2_208_988_800;
    expect(reply.toString('latin1', 24, 32)).toBe('my time!');
    return {
      leap: reply[0]! >> 6,
      version: (reply[0]! >> 3) & 7,
      mode: reply[0]! & 7,
      stratum: reply[1],
      kiss: reply.toString('latin1', 12, 16),
      aheadMs: (secondsAt(32) + secondsAt(40)) * 500 - (sentMs + Date.now()) / 2,
    };
  } finally {
    socket.close();
  }
}

test('tells the truth until it is told to lie', async () => {
  await using server = await startSntpServer();
  const { aheadMs, ...said } = await query(server.port);
  expect(said).toMatchObject({ leap: 0, version: 4, mode: 4, stratum: 2 });
  expect(Math.abs(aheadMs)).toBeLessThan(50);
  const early = server.lie({ offsetMs: -3_600_000 });
  expect(Math.abs((await query(server.port)).aheadMs + 3_600_000)).toBeLessThan(50);
  const late = server.lie({ offsetMs: 60_000 });
  expect(Math.abs((await query(server.port)).aheadMs - 60_000)).toBeLessThan(50);
  expect([late.lift(), late.lift(), server.lies]).toEqual([true, false, true]);
  expect(Math.abs((await query(server.port)).aheadMs + 3_600_000)).toBeLessThan(50);
  early.lift();
  expect(Math.abs((await query(server.port)).aheadMs)).toBeLessThan(50);
  expect([early.told, late.told, server.requests, server.lies]).toEqual([2, 1, 5, false]);
});

test('drifts, and says of itself what it is told to', async () => {
  await using server = await startSntpServer();
  server.lie({ driftMsPerSecond: 1000, stratum: 16, leap: 3 });
  await sleep(300);
  const { aheadMs, ...said } = await query(server.port);
  expect(said).toMatchObject({ leap: 3, stratum: 16 });
  expect(aheadMs).toBeGreaterThan(250);
  server.lie({ leap: 1, stratum: 1 });
  expect(await query(server.port)).toMatchObject({ leap: 1, stratum: 1, kiss: 'GPS\0' });
});

test('sends a client away with a kiss of death, or not at all', async () => {
  await using server = await startSntpServer();
  server.lie({ kissOfDeath: 'DENY' });
  expect(await query(server.port)).toMatchObject({ stratum: 0, leap: 3, kiss: 'DENY' });
  server.lie({ silent: true });
  await expect(query(server.port, 100)).rejects.toThrow();
});

test('takes no notice of what is no request', async () => {
  await using server = await startSntpServer();
  const socket = createSocket('udp4');
  const answered = new Promise((answer) => socket.once('message', answer));
  for (const junk of [Buffer.from('hello'), Buffer.alloc(48), Buffer.alloc(0)]) socket.send(junk, server.port, '127.0.0.1');
  await query(server.port);
  expect(await Promise.race([answered, sleep(50, 'nothing')])).toBe('nothing');
  expect(server.requests).toBe(1);
  socket.close();
});
