import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MAGIC, ROUTINE, STANDS_FOR, routineAt } from './routine.ts';

const assembled = readFileSync(new URL('testing/routine.hex', import.meta.url), 'utf8').replaceAll('\n', '');

test('the bytes are what an assembler made of routine.S', () => {
  expect(ROUTINE.toString('hex')).toBe(assembled);
  expect(ROUTINE.toString('latin1', 0, 8)).toBe(MAGIC);
});

test('each function begins where a call can be led to, and every call of the kernel gets its target', () => {
  for (const place of Object.values(STANDS_FOR)) expect(ROUTINE[place]).toBe(0x57); // push rdi
  const [address, gettime, timeofday] = [0x7fff_1000, 0x7fff_0aa0, 0x7fff_0800];
  const code = routineAt(address, { __vdso_clock_gettime: gettime, __vdso_gettimeofday: timeofday });
  const calls = [...code.keys()].filter((at) => at < code.length - 4 && !code.subarray(at, at + 5).equals(ROUTINE.subarray(at, at + 5)) && code[at] === 0xe8);
  expect(calls.map((at) => address + at + 5 + code.readInt32LE(at + 1))).toEqual([gettime, timeofday, gettime]);
});
