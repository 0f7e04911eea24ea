import { createSocket } from 'node:dgram';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CODES, readQuery, writeAnswer } from './message.ts';
import { NOBODY, startNameServer } from './name-server.ts';

/** Sends these bytes as a raw client does; what comes back, or undefined if nothing does. */
async function exchange(port: number, packet: Buffer, withinMs = 2000): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.send(packet, port, '127.0.0.1');
    const message = once(socket, 'message').then(([reply]) => reply as Buffer);
    return await Promise.race([message, sleep(withinMs, undefined, { ref: false })]);
  } finally {
    socket.close();
  }
}

/** `0x1234`, recursion desired, one question: the bytes as RFC 1035 writes them. */
const question = (name: string, type = 1) =>
  Buffer.concat([Buffer.from('123401000001000000000000', 'hex'), ...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])), Buffer.of(0, type >> 8, type & 255, 0, 1)]);

test('a name of ours has one address, that nobody may keep, and no other kind of record', async () => {
  await using server = await startNameServer(['uplink']);
  const asked = question('upLINK.Brownout.test');
  const reply = (await exchange(server.port, asked))!;
  expect(reply.toString('hex', 0, 12)).toBe('123485800001000100000000');
  expect(reply.subarray(12, asked.length).equals(asked.subarray(12))).toBe(true); // letter by letter: resolvers compare
  expect(reply.toString('hex', asked.length)).toBe('c00c000100010000000000047f000001');
  const none = (await exchange(server.port, question('uplink.brownout.test', 28)))!;
  expect(none.toString('hex', 0, 12)).toBe('123485800001000000000000');
  expect(server.queriesFor('uplink.brownout.test')).toBe(2);
});

test('the resolver of Node.js and its cache, c-ares, agree', async () => {
  await using server = await startNameServer(['uplink', 'field-2']);
  const resolver = new dns.Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.port}`]);
  for (let round = 1; round <= 2; round++) {
    expect(await resolver.resolve4('field-2.brownout.test', { ttl: true })).toEqual([{ address: '127.0.0.1', ttl: 0 }]);
    expect(server.queriesFor('field-2.brownout.test')).toBe(round);
  }
  const codeOf = (name: string) => resolver.resolve4(name).then(() => 'found', (error: NodeJS.ErrnoException) => error.code);
  expect(await codeOf('downlink.brownout.test')).toBe('ENOTFOUND');
  expect(await codeOf('brownout.test')).toBe('ENODATA');
  expect(await codeOf('example.com')).toBe('EREFUSED');
  const wrong = server.misanswer('uplink.brownout.test', 'wrong');
  expect(await resolver.resolve4('uplink.brownout.test')).toEqual([NOBODY]);
  const [servfail, nxdomain] = [server.misanswer('uplink.brownout.test', 'servfail'), server.misanswer('uplink.brownout.test', 'nxdomain')];
  expect(await codeOf('uplink.brownout.test')).toBe('ENOTFOUND');
  expect([nxdomain.lift(), nxdomain.lift()]).toEqual([true, false]);
  expect(await codeOf('uplink.brownout.test')).toBe('ESERVFAIL');
  servfail.lift();
  server.misanswer('uplink.brownout.test', 'silence');
  expect(await codeOf('uplink.brownout.test')).toBe('ETIMEOUT');
  expect([wrong.queries, servfail.queries > 0, nxdomain.queries]).toEqual([1, true, 1]);
  expect(await resolver.resolve4('field-2.brownout.test')).toEqual(['127.0.0.1']);
});

test('what is no question is told so, or gets no answer at all; nothing of it stops the server', async () => {
  await using server = await startNameServer(['uplink']);
  const codeOf = (packet: Buffer) => exchange(server.port, packet).then((reply) => reply && reply[3]! & 15);
  const good = question('uplink.brownout.test');
  const changed = (at: number, byte: number) => Object.assign(Buffer.from(good), { [at]: byte });
  expect(await codeOf(changed(2, 0x28))).toBe(4); // an update
  expect(await codeOf(changed(5, 2))).toBe(1); // two questions
  expect(await codeOf(changed(12, 0xc0))).toBe(1); // a pointer
  expect(await codeOf(changed(good.length - 1, 3))).toBe(5); // of another class
  for (let length = 12; length < good.length; length++) expect(await codeOf(good.subarray(0, length))).toBe(1);
  for (const junk of [Buffer.alloc(0), good.subarray(0, 11), changed(2, 0x81)]) expect(await exchange(server.port, junk, 30)).toBeUndefined();
  expect(await codeOf(good)).toBe(0);
});

test('whatever bytes come, they are read or refused, and an answer is an answer', () => {
  const packet = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()).map(([bytes, mutated]) => (mutated ? Buffer.concat([question('a.b').subarray(0, 12), bytes]) : Buffer.from(bytes)));
  fc.assert(
    fc.property(packet, (bytes) => {
      const query = readQuery(bytes);
      if (!query) return;
      const answer = 'code' in query ? writeAnswer(query, query.code) : writeAnswer(query, CODES.noError, '127.0.0.1');
      expect([answer.subarray(0, 2).equals(bytes.subarray(0, 2)), answer[2]! >> 7, readQuery(answer)]).toEqual([true, 1, undefined]);
    }),
    { numRuns: 2000, seed: 7 },
  );
});
