import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** What is known of a program from its file. */
export interface ProgramFacts {
  /** It takes no shared libraries. */
  isStatic: boolean;
  /** It was written in Go, whose programs do not take the time from libc. */
  isGo: boolean;
  /** It knows the name of the vDSO's clock; a program that is not static has a libc that does. */
  knowsVdso: boolean;
}

const VDSO_CLOCK = Buffer.from('__vdso_clock_gettime');
const GO_BUILD = Buffer.from('\xff Go buildinf:', 'latin1');
const PIECE_BYTES = 1 << 20;
const PT_INTERP = 3;
const known = new Map<string, ProgramFacts>();

/** What is known of the program that a process runs; undefined if it is gone, or may not be looked at. */
export function programOf(pid: number): ProgramFacts | undefined {
  const file = `/proc/${pid}/exe`;
  try {
    const { dev, ino, mtimeMs, size } = statSync(file);
    const key = `${dev}:${ino}:${mtimeMs}:${size}`;
    const facts = known.get(key) ?? read(file);
    known.set(key, facts);
    return facts;
  } catch {
    return undefined;
  }
}

/**
 * Whether the program of a process can only ask the kernel for the time: it is linked statically, and does not know the
 * vDSO. What another program asks beside the vDSO cannot be seen from outside.
 */
export function asksTheKernelOnly(pid: number): boolean {
  const facts = programOf(pid);
  return facts !== undefined && facts.isStatic && !facts.knowsVdso;
}

function read(file: string): ProgramFacts {
  const fd = openSync(file, 'r');
  try {
    const at = (position: number, length: number) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
    };
    const header = at(0, 64);
    const segments = at(Number(header.readBigUInt64LE(32)), header.readUInt16LE(56) * 56);
    const facts: ProgramFacts = { isStatic: true, isGo: false, knowsVdso: false };
    for (let place = 0; place + 56 <= segments.length; place += 56) if (segments.readUInt32LE(place) === PT_INTERP) facts.isStatic = false;
    for (let position = 0; ; position += PIECE_BYTES) {
      const piece = at(position, PIECE_BYTES + VDSO_CLOCK.length); // a name may lie across two pieces
      facts.knowsVdso ||= piece.includes(VDSO_CLOCK);
      facts.isGo ||= piece.includes(GO_BUILD);
      if (piece.length < PIECE_BYTES + VDSO_CLOCK.length) return facts;
    }
  } finally {
    closeSync(fd);
  }
}
