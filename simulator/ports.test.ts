import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { reservePort } from './ports.ts';

test('reserved ports differ, lie below the ephemeral range and can be listened on', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, reservePort));
  try {
    expect(new Set(ports.map(({ port }) => port)).size).toBe(20);
    expect(Math.min(...ports.map(({ port }) => port))).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...ports.map(({ port }) => port))).toBeLessThan(32_000);
    await using server = createServer().listen(ports[0]!.port, '127.0.0.1');
    await once(server, 'listening');
  } finally {
    await Promise.all(ports.map((port) => port[Symbol.asyncDispose]()));
  }
});

test.runIf(process.platform === 'linux')('a claim keeps others off and ends with its release', async () => {
  const reserved = await reservePort();
  const claim = () => createServer().listen({ path: `\0brownout-port-${reserved.port}` });
  await expect(once(claim(), 'listening')).rejects.toThrow('EADDRINUSE');
  await reserved[Symbol.asyncDispose]();
  await using server = claim();
  await once(server, 'listening');
});
