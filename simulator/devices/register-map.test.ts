import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeRegisters, encodeRegisters } from './register-map.ts';

const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);

test('what is encoded is decoded bit for bit', () => {
  const block = fc.record({ n: u32, value: fc.float({ noNaN: true }), uptimeMs: u32, state: u16, counter: u32, alarms: u16 });
  fc.assert(fc.property(block, (it) => void expect(decodeRegisters(encodeRegisters(it))).toEqual(it)));
});

test('the layout is the documented one: big-endian, high word first', () => {
  expect(encodeRegisters({ n: 0x00010002, value: 1, uptimeMs: 0x00030004, state: 5, counter: 0x00060007, alarms: 8 }))
    .toEqual([1, 2, 0x3f80, 0, 3, 4, 5, 6, 7, 8]);
});
