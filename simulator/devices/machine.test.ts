import { expect, test, vi } from 'vitest';
import { startRunClock } from '../run-clock.ts';
import { MemoryRecorder } from '../testing/memory-recorder.ts';
import { modbusClient } from '../testing/modbus-client.ts';
import type { LatchedReading } from './ledger.ts';
import { startMachine } from './machine.ts';
import { decodeRegisters } from './register-map.ts';
import type { Watermark } from './register-map.ts';
import { signalOf } from './signal.ts';
import type { MachineStart } from './start.ts';

async function machine(watermark: Watermark = 'registers', start?: MachineStart) {
  await using resources = new AsyncDisposableStack();
  const recorder = new MemoryRecorder();
  const latched: LatchedReading[] = [];
  const signal = signalOf(1, 'press');
  const it = resources.use(
    await startMachine({ name: 'press', signal, watermark, ...(start ? { start } : {}), clock: startRunClock(), recorder, latched: (reading) => latched.push(reading) }),
  );
  const client = resources.use(await modbusClient(it.port));
  const running = resources.move();
  return { client, recorder, latched, signal, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

test('every read of the block is a new reading, and the machine knows what it answered', async () => {
  await using it = await machine();
  const answers = [];
  for (let read = 0; read < 5; read++) answers.push(decodeRegisters((await it.client.readHoldingRegisters(0, 10)).data));
  answers.push(decodeRegisters((await it.client.readInputRegisters(0, 10)).data));
  expect(answers.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(it.latched).toMatchObject(answers);
  expect(answers.map(({ value }) => value)).toEqual(answers.map(({ uptimeMs }) => it.signal(uptimeMs)));
});

test('a block that is read in parts is of one piece', async () => {
  await using it = await machine();
  const head = (await it.client.readHoldingRegisters(0, 2)).data;
  await vi.waitFor(() => expect(it.recorder.eventsOf('cycle').length).toBeGreaterThan(0), { timeout: 3000 });
  const tail = (await it.client.readHoldingRegisters(2, 8)).data;
  expect(it.latched).toMatchObject([decodeRegisters([...head, ...tail])]);
});

test('a read that fails latches nothing', async () => {
  await using it = await machine();
  await expect(it.client.readHoldingRegisters(0, 11)).rejects.toThrow('Illegal data address');
  await expect(it.client.readInputRegisters(0, 11)).rejects.toThrow('Illegal data address');
  await expect(it.client.readInputRegisters(10, 1)).rejects.toThrow('Illegal data address');
  expect(it.latched).toEqual([]);
});

test('with the watermark in the value, the signal is the number', async () => {
  await using it = await machine('value');
  const first = decodeRegisters((await it.client.readHoldingRegisters(0, 10)).data);
  const signalOnly = Buffer.from((await it.client.readHoldingRegisters(2, 2)).buffer).readFloatBE(0);
  expect([first.value, signalOnly]).toEqual([1, 2]);
  expect(it.latched.map(({ n, value }) => [n, value])).toEqual([[1, 1], [2, 2]]);
});

test('numbers go on from where they start; a number in the value starts at 1, for a float holds no large one', async () => {
  const start = { number: 2 ** 24 - 1, counter: 2 ** 16, uptimeMs: 2 ** 32 - 1 };
  await using it = await machine('registers', start);
  await vi.waitFor(() => expect(it.recorder.eventsOf('cycle').length).toBeGreaterThan(0), { timeout: 3000 });
  const answers = [];
  for (let read = 0; read < 3; read++) answers.push(decodeRegisters((await it.client.readHoldingRegisters(0, 10)).data));
  expect(answers.map(({ n }) => n)).toEqual([2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1]);
  expect(answers[0]!.counter).toBeGreaterThan(2 ** 16);
  expect(answers[0]!.uptimeMs).toBeLessThan(10_000);
  expect(it.latched).toMatchObject(answers);
  await using inValue = await machine('value', start);
  expect(decodeRegisters((await inValue.client.readHoldingRegisters(0, 10)).data)).toMatchObject({ n: 1, value: 1 });
});

test('only the siren may be written: any other write is answered and recorded', async () => {
  await using it = await machine();
  await it.client.writeCoil(0, true);
  expect((await it.client.readCoils(0, 1)).data[0]).toBe(true);
  await it.client.writeCoil(0, false);
  expect((await it.client.readCoils(0, 1)).data[0]).toBe(false);
  expect(it.recorder.eventsOf('write')).toEqual([]);
  await it.client.writeRegister(6, 7);
  await it.client.writeRegisters(4, [1, 2]);
  await it.client.writeCoil(3, true);
  await it.client.writeCoils(0, [true, true]);
  expect(it.recorder.eventsOf('write').map(({ device, register, value }) => [device, register, value])).toEqual([
    ['press', 'holding register 6', 7],
    ['press', 'holding register 4', 1],
    ['press', 'holding register 5', 2],
    ['press', 'coil 3', 1],
    ['press', 'coil 1', 1],
  ]);
});

test('the control loop runs unread, and says every second how regularly', async () => {
  await using it = await machine();
  await vi.waitFor(() => expect(it.recorder.eventsOf('cycle').length).toBe(2), { timeout: 5000 });
  for (const second of it.recorder.eventsOf('cycle')) {
    expect(second.cycles).toBeGreaterThan(25);
    expect(second.cycles).toBeLessThanOrEqual(52);
    expect(second.longestMicros).toBeGreaterThanOrEqual(19_000);
  }
  const { counter } = decodeRegisters((await it.client.readHoldingRegisters(0, 10)).data);
  expect(counter).toBeGreaterThan(0);
});

test('connections come and go on record', async () => {
  await using it = await machine();
  it.client.close(() => {});
  await vi.waitFor(() => expect(it.recorder.eventsOf('connection').map(({ state }) => state)).toEqual(['opened', 'closed']));
});
