import type { Registers } from './habit.ts';
import { REGISTER_COUNT, SIGNAL_REGISTERS, SIREN_COIL, numberRegisters } from './register-map.ts';
import type { Watermark } from './register-map.ts';
import type { ModbusFrame } from '../links/frames/modbus.ts';

const READ_REGISTERS = [3, 4];
const READ_COILS = 1;
const COIL_BIT: Registers = 1 << REGISTER_COUNT;

/** The registers from `start` up to, not including, `end`. */
export function registersOf({ start, end }: { start: number; end: number }): Registers {
  return ((1 << end) - 1) & ~((1 << start) - 1);
}

/** Without these nothing is a reading. */
export function leastRegisters(watermark: Watermark): Registers {
  return registersOf(numberRegisters(watermark)) | registersOf(SIGNAL_REGISTERS);
}

/** What a request reads of the machine: nothing if it writes, or if the machine refuses it. */
export interface Question {
  registers: Registers;
  start: number;
  /** How many bytes the data of its answer has, the byte count included; undefined where that does not matter. */
  answerBytes: number | undefined;
}

export function questionOf({ functionCode, data }: ModbusFrame): Question {
  const nothing = { registers: 0, start: 0, answerBytes: undefined };
  if (data.length !== 4) return nothing;
  const [start, count] = [data.readUInt16BE(0), data.readUInt16BE(2)];
  if (functionCode === READ_COILS && start === SIREN_COIL && count === 1) return { registers: COIL_BIT, start, answerBytes: 2 };
  if (!READ_REGISTERS.includes(functionCode) || count === 0 || start + count > REGISTER_COUNT) return nothing;
  return { registers: registersOf({ start, end: start + count }), start, answerBytes: 1 + 2 * count };
}

/** One reading as its client asks for it: from the request that makes the machine latch it up to the one that latches the next. */
export interface Round {
  /** Known once its registers have arrived at the link. */
  n: number | undefined;
  /** The bytes of the number, as far as they have arrived. */
  number: Buffer;
  arrived: Registers;
  asked: Registers;
  /** Reached the client in time. */
  got: Registers;
  /** Requests whose answers have not reached the client. */
  open: number;
  /** A part came late or not at all, or what the client holds of it may be gone. */
  doubtful: boolean;
}

export function newRound(): Round {
  return { n: undefined, number: Buffer.alloc(4), arrived: 0, asked: 0, got: 0, open: 0, doubtful: false };
}
