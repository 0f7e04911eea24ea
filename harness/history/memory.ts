import type { History } from './history.ts';

/** Zeroed memory for columns; all threads see it if it is `shared`. */
export function memory(bytes: number, shared: boolean): ArrayBufferLike {
  return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}

/** Whether a history is large enough that it was read by two threads, and can be looked at by both. */
export function isShared({ readings, deliveries }: History): boolean {
  return [readings.device, deliveries.device].every(({ buffer }) => buffer instanceof SharedArrayBuffer);
}
