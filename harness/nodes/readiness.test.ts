import net from 'node:net';
import { expect, test } from 'vitest';
import { CA_FILE, pourOut, serve, serveTls } from '../outlets/testing/serve.ts';
import { READY_MS } from '../outlets/limits.ts';
import { servesNow } from './readiness.ts';

const serves = (check: { http?: { url: string; ca?: string; headers?: Record<string, string> }; tcp?: string }) => servesNow({ ...check, withinMs: 1 }, false);

test('a node serves when it answers 200, over http and https, and lets in who has the token', async () => {
  await using plain = await serve((request, response) => response.writeHead(request.headers['x-key'] === 'open' ? 200 : 401).end());
  await using tls = await serveTls((_request, response) => response.end());
  expect(await serves({ http: { url: plain.origin } })).toBe(false);
  expect(await serves({ http: { url: plain.origin, headers: { 'X-Key': 'open' } } })).toBe(true);
  expect(await serves({ http: { url: tls.origin } })).toBe(false);
  expect(await serves({ http: { url: tls.origin, ca: CA_FILE } })).toBe(true);
  expect(await serves({ tcp: `127.0.0.1:${plain.port}` })).toBe(true);
});

test('an answer whose body never ends is an answer, and one whose head never ends is none', async () => {
  await using endless = await serve((_request, response) => pourOut(response, 'x'.repeat(100_000)));
  expect(await serves({ http: { url: endless.origin } })).toBe(true);

  const dripping = net.createServer((socket) => {
    const timer = setInterval(() => socket.write('x: y\r\n'), 50);
    socket.on('error', () => {}).on('close', () => clearInterval(timer));
    socket.write('HTTP/1.1 200 OK\r\n');
  });
  await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
  const startMs = performance.now();
  expect(await serves({ http: { url: `http://127.0.0.1:${(dripping.address() as net.AddressInfo).port}` } })).toBe(false);
  expect(performance.now() - startMs).toBeLessThan(READY_MS + 1500);
  await new Promise((resolve) => dripping.close(resolve));
});
