import { expect, test } from 'vitest';
import { absoluteWait } from './kernel-waits.ts';

const TIME = 0x7ffc_0000;

test.each([
  ['a condition variable with a time limit by the wall clock', 202, [1, 137 | 256, 0, TIME], true],
  ['the same by the monotonic clock', 202, [1, 137, 0, TIME], false],
  ['a wait without a limit, which has the flag all the same', 202, [1, 137 | 256, 0, 0], false],
  ['a plain futex with a relative limit', 202, [1, 128, 0, TIME], false],
  ['a lock with priority inheritance and a limit', 202, [1, 134, 0, TIME], true],
  ['a sleep until a moment by the wall clock', 230, [0, 1, TIME, 0], true],
  ['a sleep for a while', 230, [0, 0, TIME, 0], false],
  ['a sleep until a moment by the monotonic clock', 230, [1, 1, TIME, 0], false],
  ['a message queue with a limit', 243, [3, 1, 1, 0, TIME], true],
  ['a read', 0, [3, TIME, 1, 1, 1], false],
] as const)('%s', (_, call, args, isAbsolute) => {
  expect(absoluteWait(call, args) !== undefined).toBe(isAbsolute);
});
