import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getJson, statusOf, type HttpTarget } from './http.ts';
import { Limit, LimitReached } from './limits.ts';
import { partOf } from './part.ts';
import { CA_FILE, pourOut, serve, serveTls } from './testing/serve.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'http-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function get(target: HttpTarget, withinMs = 5000, mostBytes?: number): Promise<unknown> {
  using limit = new Limit(withinMs);
  return await getJson(target, partOf('outlet.readings', target), limit, mostBytes);
}

/** Milliseconds that the promise took to be rejected, and with what. */
async function rejection(promise: Promise<unknown>): Promise<{ error: Error; afterMs: number }> {
  const startMs = performance.now();
  const error = await promise.then((value) => expect.fail(`resolved to ${JSON.stringify(value)}`), (it: Error) => it);
  return { error, afterMs: performance.now() - startMs };
}

test('JSON is read, also where it comes in many pieces', async () => {
  await using server = await serve((_request, response) => {
    for (const piece of ['[1,', '"', 'ü', '"', ']']) response.write(piece);
    response.end();
  });
  expect(await get({ url: server.origin })).toEqual([1, 'ü']);
});

test.each([
  ['an answer that drips', (response: import('node:http').ServerResponse) => pourOut(response.writeHead(200), ' ', 20), /^was not read to its end within 0\.3 s: \d+ bytes came$/],
  ['no answer at all', () => {}, /^nothing came within 0\.3 s$/],
])('%s ends when its time is over', async (_what, answer, why) => {
  await using server = await serve((_request, response) => answer(response));
  const { error, afterMs } = await rejection(get({ url: server.origin }, 300));
  expect(error).toBeInstanceOf(LimitReached);
  expect(error.message).toMatch(why);
  expect(afterMs).toBeGreaterThan(250);
  expect(afterMs).toBeLessThan(2000);
});

test('headers that drip end when their time is over', async () => {
  const timers: NodeJS.Timeout[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.write('HTTP/1.1 200 OK\r\n');
    timers.push(setInterval(() => socket.write('x: y\r\n'), 20));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  try {
    expect((await rejection(get({ url }, 300))).error.message).toBe('nothing came within 0.3 s');
    expect(await statusOf({ url }, AbortSignal.timeout(300))).toBeUndefined();
  } finally {
    for (const timer of timers) clearInterval(timer);
    server.close();
  }
});

test('an answer without an end ends at its size, and takes no more memory than that', async () => {
  await using server = await serve((_request, response) => pourOut(response, Buffer.alloc(1e6, ' ')));
  const { error } = await rejection(get({ url: server.origin }, 30_000, 20e6));
  expect(error.message).toBe('one answer is larger than 20 MB');
});

test('a signal ends it at once, with the reason of the signal', async () => {
  await using server = await serve((_request, response) => pourOut(response.writeHead(200), ' ', 20));
  const interrupt = new AbortController();
  using limit = new Limit(60_000, interrupt.signal);
  const target = { url: server.origin };
  const asking = rejection(getJson(target, partOf('outlet.readings', target), limit));
  setTimeout(() => interrupt.abort(new Error('interrupted')), 100);
  const { error, afterMs } = await asking;
  expect(error.message).toBe('interrupted');
  expect(afterMs).toBeLessThan(1000);
});

test.each([
  [500, 'database \u001b[31mgone\u001b[0m\u0007', 'answered 500: database gone, expected 200 and JSON'],
  [404, '', 'answered 404, expected 200 and JSON'],
  [200, '<html>', 'answered "<html>", expected JSON'],
  [200, '', 'answered nothing, expected JSON'],
])('an answer of %i with %j is told as it is', async (status, body, told) => {
  await using server = await serve((_request, response) => response.writeHead(status).end(body));
  expect((await rejection(get({ url: server.origin }))).error.message).toBe(`outlet.readings (${server.origin}): ${told}`);
});

test('an error without an end is not waited for', async () => {
  await using server = await serve((_request, response) => pourOut(response.writeHead(503), 'busy '.repeat(10_000)));
  expect((await rejection(get({ url: server.origin }))).error.message).toMatch(/: answered 503: busy .{0,200}, expected 200 and JSON$/);
});

test('an answer that breaks off is an error', async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('[1, ');
    setTimeout(() => response.destroy(), 50);
  });
  expect((await rejection(get({ url: server.origin }))).error.message).toBe(`outlet.readings (${server.origin}): the answer broke off`);
});

test('redirects on the same host are followed, three of them', async () => {
  await using server = await serve(({ url }, response) => {
    const hop = Number(url!.slice(1));
    if (hop === 0) response.end('["there"]');
    else response.writeHead(302, { location: `/${hop - 1}` }).end();
  });
  expect(await get({ url: `${server.origin}/3` })).toEqual(['there']);
  expect((await rejection(get({ url: `${server.origin}/9` }))).error.message).toContain('answered 302 for the 4th time: go to /5, expected rows after at most 3 redirects');
});

test('a redirect to another host is told and not followed: a token is not for others', async () => {
  let asked = 0;
  await using other = await serve((_request, response) => {
    asked++;
    response.end('[]');
  });
  await using server = await serve((_request, response) => response.writeHead(307, { location: `${other.origin}/login` }).end());
  const { error } = await rejection(get({ url: server.origin, headers: { Authorization: 'Bearer x' } }));
  expect(error.message).toBe(`outlet.readings (${server.origin}): answered 307: go to ${other.origin}/login, expected rows there, or a redirect on the same host`);
  expect(asked).toBe(0);
});

test('https works with the authority of the server', async () => {
  await using server = await serveTls((_request, response) => response.end('["safe"]'));
  expect(await get({ url: server.origin, ca: CA_FILE })).toEqual(['safe']);
  expect(await statusOf({ url: server.origin, ca: CA_FILE }, AbortSignal.timeout(5000))).toBe(200);
  expect(await statusOf({ url: server.origin }, AbortSignal.timeout(5000))).toBeUndefined();
});

const told = async (target: HttpTarget) => (await rejection(get(target))).error.message.replace(/^.*?\): /, '');

test('what is wrong with TLS is told in words', async () => {
  await using tls = await serveTls((_request, response) => response.end('[]'));
  await using plain = await serve((_request, response) => response.end('[]'));
  expect(await told({ url: tls.origin })).toBe('its certificate is signed by an authority that is not known here, expected the file of that authority as the key ca');
  expect(await told({ url: `https://127.0.0.1:${plain.port}` })).toBe('the server does not speak TLS there, expected an https server, or http: in the URL');
  expect(await told({ url: `http://127.0.0.1:${tls.port}` })).toBe('the server closed the connection without an answer, expected one in HTTP; if it speaks TLS, https: in the URL');
  expect(await told({ url: tls.origin, ca: path.join(folder, 'none.pem') })).toBe('the file of ca does not exist');
  expect(await told({ url: tls.origin, ca: folder })).toBe('the file of ca is a folder, expected a regular file');
  writeFileSync(path.join(folder, 'odd.pem'), 'no certificate');
  expect(await told({ url: tls.origin, ca: path.join(folder, 'odd.pem') })).toBe('the file of ca holds no certificate in PEM');
});

test('a token from the environment is sent, and never shown', async () => {
  vi.stubEnv('OUTLET_TOKEN', 's3cret/42');
  await using server = await serve(({ headers, url }, response) => {
    if (url!.startsWith('/moved')) response.writeHead(302, { location: `http://elsewhere.invalid/?t=${encodeURIComponent('s3cret/42')}` }).end();
    else if (headers.authorization === 'Bearer s3cret/42' && url === '/?t=s3cret/42') response.end('["let in"]');
    else response.writeHead(401).end(`who is ${headers.authorization}?`);
  });
  const headers = { Authorization: 'Bearer ${env.OUTLET_TOKEN}' };
  expect(await get({ url: `${server.origin}/?t=\${env.OUTLET_TOKEN}`, headers })).toEqual(['let in']);
  expect((await rejection(get({ url: `${server.origin}/moved/\${env.OUTLET_TOKEN}`, headers }))).error.message).toBe(
    `outlet.readings (${server.origin}/moved/\${env.OUTLET_TOKEN}): answered 302: go to http://elsewhere.invalid/?t=\${env.OUTLET_TOKEN}, expected rows there, or a redirect on the same host`,
  );
  expect((await rejection(get({ url: `${server.origin}/other`, headers }))).error.message).toContain('answered 401: who is Bearer ${env.OUTLET_TOKEN}?, expected');
  vi.unstubAllEnvs();
});
