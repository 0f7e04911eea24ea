import { closeSync, openSync, readSync, statSync } from 'node:fs';

const VDSO_CLOCK = Buffer.from('__vdso_clock_gettime');
const GO_BUILD = Buffer.from('\xff Go buildinf:', 'latin1');
const PIECE_BYTES = 1 << 20;
const PT_INTERP = 3;
const known = new Map<string, boolean>();

/**
 * Whether the program of a process can only ask the kernel for the time: it is linked statically, and does not know the
 * name of the vDSO's clock. A program that is not has a libc that does.
 */
export function asksTheKernelOnly(pid: number): boolean {
  return ofProgram(pid, 'kernel only', (file) => isStatic(file) && !holds(file, VDSO_CLOCK));
}

/** Whether the program of a process is written in Go: then it does not take the time from libc, even where it has one. */
export function isGoProgram(pid: number): boolean {
  return ofProgram(pid, 'Go', (file) => holds(file, GO_BUILD));
}

/** Asked once of each program. False if the process is gone, or may not be looked at. */
function ofProgram(pid: number, question: string, answer: (file: number) => boolean): boolean {
  const path = `/proc/${pid}/exe`;
  try {
    const { dev, ino, mtimeMs, size } = statSync(path);
    const key = [question, dev, ino, mtimeMs, size].join(':');
    const before = known.get(key);
    if (before !== undefined) return before;
    const file = openSync(path, 'r');
    try {
      const now = answer(file);
      known.set(key, now);
      return now;
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

function isStatic(file: number): boolean {
  const header = bytesAt(file, 0, 64);
  const segments = bytesAt(file, Number(header.readBigUInt64LE(32)), header.readUInt16LE(56) * 56);
  for (let at = 0; at + 56 <= segments.length; at += 56) if (segments.readUInt32LE(at) === PT_INTERP) return false;
  return true;
}

function holds(file: number, wanted: Buffer): boolean {
  for (let position = 0; ; position += PIECE_BYTES) {
    const piece = bytesAt(file, position, PIECE_BYTES + wanted.length); // it may lie across two pieces
    if (piece.includes(wanted)) return true;
    if (piece.length < PIECE_BYTES + wanted.length) return false;
  }
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, position));
}
