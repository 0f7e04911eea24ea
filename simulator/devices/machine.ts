import type { FCallbackVal } from 'modbus-serial/ServerTCP.js';
import { reservePort } from '../ports.ts';
import type { Recorder } from '../recorder.ts';
import type { RunClock } from '../run-clock.ts';
import { ControlLoop } from './control-loop.ts';
import type { LatchedReading } from './ledger.ts';
import { startModbusServer } from './modbus-server.ts';
import { REGISTER_COUNT, SIREN_COIL, encodeRegisters, numberRegisters } from './register-map.ts';
import type { Watermark } from './register-map.ts';
import type { Signal } from './signal.ts';
import { LOW } from './start.ts';
import type { MachineStart } from './start.ts';

export interface MachineOptions {
  name: string;
  signal: Signal;
  /** Where its numbers stand; as on a new machine, if left out. */
  start?: MachineStart;
  watermark: Watermark;
  clock: RunClock;
  recorder: Recorder;
  /** Called for each reading when it is latched, before the answer leaves. */
  latched(reading: LatchedReading): void;
}

export interface Machine extends AsyncDisposable {
  readonly name: string;
  /** Where it serves Modbus TCP on 127.0.0.1. */
  readonly port: number;
  /** May be called again. */
  stop(): Promise<void>;
}

/** Starts one simulated machine: a control loop of its own, and a real Modbus TCP server to read it by. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const { name, start = LOW, clock, recorder } = options;
  await using resources = new AsyncDisposableStack();
  const { port } = resources.use(await reservePort());
  const loop = new ControlLoop(name, start, options.signal, clock, recorder);
  resources.defer(() => loop.stop());
  const server = await startModbusServer(port, modbusFunctions(options, loop), (socket) => {
    recorder.event({ atMicros: clock.nowMicros(), kind: 'connection', device: name, state: 'opened' });
    socket.once('close', () => {
      recorder.event({ atMicros: clock.nowMicros(), kind: 'connection', device: name, state: 'closed' });
    });
  });
  resources.defer(() => server.close());
  const running = resources.move();
  const stop = () => running.disposeAsync();
  return { name, port, stop, [Symbol.asyncDispose]: stop };
}

const ILLEGAL_ADDRESS = Object.assign(new Error('illegal data address'), { modbusErrorCode: 2 });

/** modbus-serial counts the parameters of each function to know that it takes a callback: keep them all. */
function modbusFunctions(options: MachineOptions, loop: ControlLoop) {
  const block = latchingBlock(options, loop);

  const readMany = (start: number, count: number, _unit: number, done: FCallbackVal<number[]>) => {
    if (start + count > REGISTER_COUNT) done(ILLEGAL_ADDRESS, []);
    else done(null, block(start, count));
  };
  const readOne = (register: number, unit: number, done: FCallbackVal<number>) =>
    readMany(register, 1, unit, (error, words) => done(error, words[0] ?? 0));
  const readCoil = (coil: number, _unit: number, done: FCallbackVal<boolean>) =>
    coil === SIREN_COIL ? done(null, loop.siren) : done(ILLEGAL_ADDRESS, false);
  const written = (register: string, value: number) =>
    options.recorder.event({ atMicros: options.clock.nowMicros(), kind: 'write', device: options.name, register, value });

  return {
    getHoldingRegister: readOne,
    getInputRegister: readOne,
    getMultipleHoldingRegisters: readMany,
    getMultipleInputRegisters: readMany,
    getCoil: readCoil,
    setCoil(coil: number, on: boolean, _unit: number, done: (error: Error | null) => void) {
      if (coil === SIREN_COIL) loop.sirenRequested = on;
      else written(`coil ${coil}`, Number(on));
      done(null);
    },
    setRegister(register: number, value: number, _unit: number, done: (error: Error | null) => void) {
      written(`holding register ${register}`, value);
      done(null);
    },
  };
}

/**
 * The words that a request gets. One that covers the first register of the number latches a new reading, for all its
 * registers; any other gets what was latched last, so that a block that is read in parts is of one piece.
 */
function latchingBlock({ name, start: { number: first } = LOW, watermark, clock, latched }: MachineOptions, loop: ControlLoop) {
  const number = numberRegisters(watermark);
  /** A float holds no large number. */
  let n = watermark === 'value' ? 0 : first - 1;
  let words = encodeRegisters({ n, ...loop.measure(clock.nowMicros()) });

  return (start: number, count: number): number[] => {
    if (start <= number.start && number.start < start + count) {
      n++;
      const atMicros = clock.nowMicros();
      const measured = loop.measure(atMicros);
      const measurement = watermark === 'value' ? { ...measured, value: n } : measured;
      words = encodeRegisters({ n, ...measurement });
      latched({ device: name, n, atMicros, ...measurement });
    }
    return words.slice(start, start + count);
  };
}
