import type { Measurement } from '../recorder.ts';

/**
 * The register block of a simulated machine: the same ten words as holding and as input registers, big-endian, the
 * high word first.
 *
 * | registers | content                     |
 * |-----------|-----------------------------|
 * | 0-1       | number of this reading, u32 |
 * | 2-3       | signal, float32             |
 * | 4-5       | uptime in ms, u32           |
 * | 6         | state, u16                  |
 * | 7-8       | production counter, u32     |
 * | 9         | alarm bits, u16             |
 *
 * Coil 0 is the local siren. There is nothing else.
 */
export const REGISTER_COUNT = 10;
export const NUMBER_REGISTERS = { start: 0, end: 2 } as const;
export const SIGNAL_REGISTERS = { start: 2, end: 4 } as const;
export const SIREN_COIL = 0;

/** The largest number that a float32 signal can stand for without ambiguity, for `watermark: value`. */
export const MAX_NUMBER_IN_FLOAT = 2 ** 24;

/** Where a pipeline finds the number of a reading: in registers 0-1, or in the signal itself. */
export type Watermark = 'registers' | 'value';

export interface RegisterBlock extends Required<Measurement> {
  n: number;
}

/** The ten words of a block. Integers wrap at their width, as they do in a real machine. */
export function encodeRegisters(block: RegisterBlock): number[] {
  const bytes = Buffer.alloc(REGISTER_COUNT * 2);
  bytes.writeUInt32BE(block.n >>> 0, 0);
  bytes.writeFloatBE(block.value, 4);
  bytes.writeUInt32BE(block.uptimeMs >>> 0, 8);
  bytes.writeUInt16BE(block.state & 0xffff, 12);
  bytes.writeUInt32BE(block.counter >>> 0, 14);
  bytes.writeUInt16BE(block.alarms & 0xffff, 18);
  return Array.from({ length: REGISTER_COUNT }, (_, register) => bytes.readUInt16BE(register * 2));
}

/** @throws RangeError unless there are ten words. */
export function decodeRegisters(words: readonly number[]): RegisterBlock {
  if (words.length !== REGISTER_COUNT) throw new RangeError(`expected ${REGISTER_COUNT} registers, got ${words.length}`);
  const bytes = Buffer.alloc(REGISTER_COUNT * 2);
  words.forEach((word, register) => bytes.writeUInt16BE(word, register * 2));
  return {
    n: bytes.readUInt32BE(0),
    value: bytes.readFloatBE(4),
    uptimeMs: bytes.readUInt32BE(8),
    state: bytes.readUInt16BE(12),
    counter: bytes.readUInt32BE(14),
    alarms: bytes.readUInt16BE(18),
  };
}

/** The registers that hold the number: whoever asks for the first of them makes the machine latch a new reading. */
export function numberRegisters(watermark: Watermark): { start: number; end: number } {
  return watermark === 'registers' ? NUMBER_REGISTERS : SIGNAL_REGISTERS;
}

/** The number in the bytes of those registers. */
export function decodeNumber(watermark: Watermark, bytes: Buffer): number {
  return watermark === 'registers' ? bytes.readUInt32BE(0) : bytes.readFloatBE(0);
}
