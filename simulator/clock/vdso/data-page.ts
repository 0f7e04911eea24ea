import { TRUE_TIME, type ClockSetting } from './clock-setting.ts';

/**
 * The page that the routine reads in one process: 16 bytes that tell whose it is, one byte whose lowest bit is the slot in
 * force, and from 0x40 on two slots of 64 bytes.
 */
export const TOKEN_BYTES = 16;
const FLIPS = 0x10;
const SLOTS = 0x40;
const SLOT_BYTES = 64;
export const PAGE_BYTES = SLOTS + 2 * SLOT_BYTES;

/** What stands in a page now. */
export interface DataPage {
  token: Buffer;
  setting: ClockSetting;
  /** How often the process has looked at its clock since that was set so; a few may be missing if its threads look at once. */
  looks: number;
  /** The true time of its latest look, in nanoseconds since 1970; 0 if there was none. */
  lookedAtNanos: bigint;
  flips: number;
}

export function readPage(bytes: Buffer): DataPage {
  const flips = bytes[FLIPS]!;
  const slot = SLOTS + (flips & 1) * SLOT_BYTES;
  const int64 = (index: number) => bytes.readBigInt64LE(slot + 8 * index);
  return {
    token: bytes.subarray(0, TOKEN_BYTES),
    setting: { offsetNanos: int64(0), baseNanos: int64(1), rate: int64(2) },
    looks: Number(int64(3)),
    lookedAtNanos: int64(4),
    flips,
  };
}

export function newPage(token: Buffer, setting: ClockSetting): Buffer {
  const bytes = Buffer.alloc(PAGE_BYTES);
  token.copy(bytes);
  slotOf(setting).copy(bytes, SLOTS);
  slotOf(TRUE_TIME).copy(bytes, SLOTS + SLOT_BYTES);
  return bytes;
}

/** The two writes that set the clock of a page: the idle slot, then the one byte that puts it in force. */
export function writesFor({ flips }: DataPage, setting: ClockSetting): { at: number; bytes: Buffer }[] {
  const next = (flips + 1) & 255;
  return [
    { at: SLOTS + (next & 1) * SLOT_BYTES, bytes: slotOf(setting) },
    { at: FLIPS, bytes: Buffer.from([next]) },
  ];
}

/** Nobody has looked at it yet. */
function slotOf({ offsetNanos, baseNanos, rate }: ClockSetting): Buffer {
  return Buffer.from(new BigInt64Array([offsetNanos, baseNanos, rate, 0n, 0n]).buffer);
}
