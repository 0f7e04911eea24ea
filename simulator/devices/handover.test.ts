import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { transparent } from '../links/link-rule.ts';
import type { LinkRule } from '../links/link-rule.ts';
import type { Link } from '../links/link.ts';
import { siblingModule } from '../sibling-module.ts';
import type { ModbusClient } from '../testing/modbus-client.ts';
import { polled, standingClock } from '../testing/polled-machine.ts';
import { decodeRegisters } from './register-map.ts';

const blackhole: LinkRule = { permits: () => 0, severs: () => true, dials: false };
const answersHeld: LinkRule = { ...blackhole, permits: ({ way }) => (way === 'from' ? 0 : Infinity) };

const read = async (client: ModbusClient) => decodeRegisters((await client.readHoldingRegisters(0, 10)).data);

const close = (client: ModbusClient) => new Promise((closed) => client.close(() => closed(undefined)));

/** Frees an answer that nobody awaits any more, and resolves once it has passed: the second one of its link. */
async function answeredUnheard(link: Link, free: () => void) {
  const bytes = link.traffic.passedBytes.from;
  free();
  await vi.waitFor(() => expect(link.traffic.passedBytes.from).toBe(2 * bytes));
}

test('the next request acknowledges a reading, bit for bit as it was answered; the last one stays open', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  using client = await it.client();
  const got = [await read(client), await read(client)];
  await vi.waitFor(() => expect(it.recorder.readings).toMatchObject([{ ...got[0], device: 'machine-1' }]));
  got.push(await read(client));
  expect(await it.settled()).toEqual({ acknowledged: [1, 2], indeterminate: [3] });
  expect(it.recorder.readings).toMatchObject(got);
});

test('a block that is read in parts is taken once all of it is and the next is asked for', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  using client = await it.client();
  const halves = async () => {
    await client.readHoldingRegisters(0, 2);
    await client.readHoldingRegisters(2, 8);
  };
  await halves();
  await halves();
  await client.readHoldingRegisters(0, 2);
  await client.readHoldingRegisters(4, 6); // without the signal nothing is a reading
  await halves();
  await client.readHoldingRegisters(0, 4); // it needs the rest as well, as it has shown
  await client.readHoldingRegisters(0, 10);
  await client.readCoils(0, 1);
  await client.readHoldingRegisters(0, 10);
  expect(await it.settled()).toEqual({ acknowledged: [1, 2, 4, 6], indeterminate: [3, 5, 7] });
});

test('a part that comes late leaves its reading indeterminate, and no other', async () => {
  using clock = standingClock();
  await using it = await polled({ clock, pollTimeoutMs: 150 });
  using client = await it.client();
  const halves = async (secondLate = false) => {
    await client.readHoldingRegisters(0, 5);
    if (secondLate) it.link.impose(answersHeld);
    client.setTimeout(secondLate ? 80 : 1000);
    await client.readHoldingRegisters(5, 5);
  };
  for (let poll = 0; poll < 3; poll++) await halves();
  await expect(halves(true)).rejects.toThrow('Timed out');
  clock.passes(120);
  const bytes = it.link.traffic.passedBytes.from;
  it.link.lift(answersHeld);
  await vi.waitFor(() => expect(it.link.traffic.passedBytes.from).toBe(bytes + 19));
  client.setTimeout(1000);
  for (let poll = 0; poll < 2; poll++) await halves();
  expect(await it.settled()).toEqual({ acknowledged: [1, 2, 3, 5], indeterminate: [4, 6] });
});

test('a number in the value is recognised', async () => {
  using clock = standingClock();
  await using it = await polled({ clock, watermark: 'value' });
  using client = await it.client();
  await client.readInputRegisters(2, 2);
  await client.readInputRegisters(0, 10);
  await client.readInputRegisters(2, 2);
  expect(await it.settled()).toEqual({ acknowledged: [1, 2], indeterminate: [3] });
});

test('after an orderly close, the first request of the next connection acknowledges', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  for (let poll = 0; poll < 3; poll++) {
    const client = await it.client();
    await read(client);
    await close(client);
  }
  expect(await it.settled()).toEqual({ acknowledged: [1, 2], indeterminate: [3] });
});

test('a reset connection leaves its last reading indeterminate', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  using client = await it.client();
  await read(client);
  await read(client);
  it.link.reset();
  using next = await it.client();
  await read(next);
  await read(next);
  expect(it.recorder.readings.length).toBe(3);
  expect(await it.settled()).toEqual({ acknowledged: [1, 3], indeterminate: [2, 4] });
});

test('a connection acknowledges nothing for another that is still open', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  using first = await it.client();
  await read(first);
  using second = await it.client();
  await read(second);
  await read(second);
  expect(await it.settled()).toEqual({ acknowledged: [2], indeterminate: [1, 3] });
});

test('a poller that is killed leaves its last reading indeterminate', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  const poller = fork(siblingModule(import.meta.url, '../testing/poller'), [String(it.link.ports[0])]);
  await vi.waitFor(() => expect(it.recorder.readings.length).toBeGreaterThan(5), { timeout: 10_000 });
  poller.kill('SIGKILL');
  it.plant.handover.died('field', true);
  const before = it.recorder.readings.length;
  await once(poller, 'exit');
  it.plant.handover.started('field');
  using client = await it.client();
  const { n } = await read(client);
  await read(client);
  const { acknowledged, indeterminate } = await it.settled();
  expect(acknowledged).toContain(n);
  expect(indeterminate.filter((number) => number < n).length).toBeGreaterThanOrEqual(1);
  expect(acknowledged.filter((number) => number > before && number < n)).toEqual([]);
});

test('what a poller had sent before it was killed is answered to nobody, though its sockets are closed in good order', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  const dying = await it.client();
  await read(dying);
  await read(dying);
  it.plant.handover.died('field', true);
  await read(dying); // it lay in the socket
  const waiting = await it.client(); // it had connected, and nobody had noticed yet
  await read(waiting);
  await close(dying);
  await close(waiting);
  it.plant.handover.started('field');
  using next = await it.client();
  await read(next);
  await read(next);
  expect(await it.settled()).toEqual({ acknowledged: [1, 5], indeterminate: [2, 3, 4, 6] });
});

test('a poller that is paused keeps what it got; what it finds late in its socket is not acknowledged', async () => {
  await using it = await polled({ pollTimeoutMs: 250 });
  const poller = fork(siblingModule(import.meta.url, '../testing/poller'), [String(it.link.ports[0]), '250', '1']);
  const got: number[] = [];
  poller.on('message', (n) => got.push(n as number));
  for (let pause = 0; pause < 6; pause++) {
    const enough = it.acknowledged + 5 + pause;
    await vi.waitFor(() => expect(it.acknowledged).toBeGreaterThan(enough), { timeout: 10_000, interval: 3 });
    poller.kill('SIGSTOP');
    it.plant.handover.disrupted('field');
    await sleep(350);
    it.plant.handover.disrupted('field');
    poller.kill('SIGCONT');
  }
  poller.send('stop');
  await once(poller, 'exit');
  const { acknowledged, indeterminate } = await it.settled();
  expect(acknowledged.length).toBeGreaterThan(30);
  expect(acknowledged.filter((n) => !got.includes(n))).toEqual([]);
  expect(indeterminate.length).toBeLessThan(20);
});

test('a client that gives up during a blackhole and one that waits through it: nothing is acknowledged that was not got', async () => {
  for (const timeoutMs of [100, 1000]) {
    await using it = await polled({ pollTimeoutMs: timeoutMs });
    using client = await it.client(timeoutMs);
    const got: number[] = [];
    const poll = async (times: number, everyMs: number) => {
      for (let time = 0; time < times; time++) {
        await read(client).then(({ n }) => got.push(n), () => {});
        await sleep(everyMs);
      }
    };
    while (it.acknowledged < 4) await poll(1, 5);
    it.link.impose(blackhole);
    const polling = poll(8, 120);
    await sleep(300);
    it.link.lift(blackhole);
    await polling;
    const before = it.acknowledged;
    while (it.acknowledged < before + 4) await poll(1, 5);
    const { acknowledged, indeterminate } = await it.settled();
    expect(acknowledged.filter((n) => !got.includes(n))).toEqual([]);
    // Who gives up leaves a reading open, who waits through it does not; the last one always is.
    expect(indeterminate.length).toBeGreaterThanOrEqual(timeoutMs === 100 ? 2 : 1);
  }
});

test('an answer that comes late is not acknowledged, though the client asks again', async () => {
  using clock = standingClock();
  await using it = await polled({ clock });
  using client = await it.client();
  await read(client);
  it.link.impose(answersHeld);
  client.setTimeout(80);
  await expect(read(client)).rejects.toThrow('Timed out');
  clock.passes(80);
  await answeredUnheard(it.link, () => it.link.lift(answersHeld));
  client.setTimeout(1000);
  const { n } = await read(client);
  await read(client);
  expect(n).toBe(3);
  expect(await it.settled()).toEqual({ acknowledged: [1, 3], indeterminate: [2, 4] });
  expect(it.recorder.eventsOf('answers')).toMatchObject([{ link: 'field', answers: 4, late: 1, lateByHarness: 0 }]);
});

test('a question that lay unread until its client had given up acknowledges nothing', async () => {
  for (const deafWay of ['to', 'from'] as const) {
    using clock = standingClock();
    await using it = await polled({ clock });
    using client = await it.client();
    await read(client);
    const deaf: LinkRule = { ...transparent, reads: (way) => way !== deafWay };
    it.link.impose(deaf);
    client.setTimeout(80);
    await expect(read(client)).rejects.toThrow('Timed out');
    clock.passes(180);
    await answeredUnheard(it.link, () => it.link.lift(deaf));
    clock.passes(150);
    client.setTimeout(1000);
    const { n } = await read(client);
    await read(client);
    expect(n).toBe(3);
    expect(await it.settled()).toEqual({ acknowledged: [1, 3], indeterminate: [2, 4] });
  }
});

test('a client that asks again before it has the answer did not take it, however soon that was', async () => {
  await using it = await polled();
  using client = await it.client(10);
  it.link.impose(answersHeld);
  await expect(read(client)).rejects.toThrow('Timed out');
  const second = read(client).catch(() => {});
  await vi.waitFor(() => expect(it.link.traffic.arrivedBytes.from).toBeGreaterThan(29), { interval: 2 });
  it.link.lift(answersHeld);
  await second;
  client.setTimeout(1000);
  await read(client);
  const { acknowledged } = await it.settled();
  expect(acknowledged).not.toContain(1);
});

test('an answer that this process was too busy to pass on in time is not acknowledged, and the record says whose doing it was', async () => {
  await using it = await polled({ pollTimeoutMs: 80 });
  const poller = fork(siblingModule(import.meta.url, '../testing/poller'), [String(it.link.ports[0]), '80', '200']);
  const got: number[] = [];
  poller.on('message', (n) => got.push(n as number));
  await vi.waitFor(() => expect(it.acknowledged).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
  for (let stall = 0; stall < 8; stall++) {
    for (const until = Date.now() + 200; Date.now() < until;);
    await sleep(30 + 25 * stall);
  }
  poller.send('stop');
  await once(poller, 'exit');
  const { acknowledged } = await it.settled();
  expect(acknowledged.filter((n) => !got.includes(n))).toEqual([]);
  const [{ late, lateByHarness, ownDelayLongestMicros } = { late: 0, lateByHarness: 0, ownDelayLongestMicros: 0 }] = it.recorder.eventsOf('answers');
  expect(lateByHarness).toBe(late);
  expect(late).toBeGreaterThan(0);
  expect(ownDelayLongestMicros).toBeGreaterThan(60_000);
});
