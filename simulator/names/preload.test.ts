import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { caller } from '../testing/caller.ts';
import { nameOf, startNameServer } from './name-server.ts';

const ours = { address: '127.0.0.1', family: 4 };

test('a Node.js program resolves names of ours through us, however it asks, in worker threads too, and others as ever', async () => {
  await using server = await startNameServer(['uplink']);
  await using web = createServer((_, response) => void response.end('here'));
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  using program = caller(server, nameOf('uplink'), (web.address() as AddressInfo).port);
  expect(await program.ask('one')).toEqual(ours);
  expect(await program.ask('all')).toEqual([ours]);
  expect(await program.ask('promise')).toEqual(ours);
  expect(await program.ask('http')).toBe(200);
  expect(await program.ask('fetch')).toBe(200);
  expect(await program.ask('worker')).toEqual(ours);
  const before = server.queriesFor('uplink.brownout.test');
  expect(before).toBeGreaterThanOrEqual(6);
  expect(await program.ask('other')).toEqual(ours);
  expect(server.queriesFor('uplink.brownout.test')).toBe(before);
  web.closeAllConnections();
});

test('what cannot be resolved fails as with the resolver of the system', async () => {
  await using server = await startNameServer(['uplink']);
  using program = caller(server, nameOf('uplink'), 1);
  const absent = { code: 'ENOTFOUND', syscall: 'getaddrinfo', errno: -3008 };
  expect(await program.ask('absent')).toEqual(absent);
  expect(await program.ask('v6')).toEqual(absent);
  server.misanswer(nameOf('uplink'), 'nxdomain');
  expect(await program.ask('http')).toEqual(absent);
  server.misanswer(nameOf('uplink'), 'servfail');
  expect(await program.ask('http')).toEqual({ code: 'EAI_AGAIN', syscall: 'getaddrinfo', errno: -3001 });
});
