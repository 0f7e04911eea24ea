import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModbusFramer } from './modbus.ts';

const frames = fc.array(
  fc.record({
    transactionId: fc.nat(0xffff),
    unitId: fc.nat(0xff),
    functionCode: fc.nat(0xff),
    data: fc.uint8Array({ maxLength: 252 }).map((bytes) => Buffer.from(bytes)),
  }),
  { maxLength: 12 },
);

function encode(frame: { transactionId: number; unitId: number; functionCode: number; data: Buffer }): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(frame.transactionId, 0);
  head.writeUInt16BE(frame.data.length + 2, 4);
  head[6] = frame.unitId;
  head[7] = frame.functionCode;
  return Buffer.concat([head, frame.data]);
}

test('finds the same frames wherever the stream is cut', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(300)), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(encode));
      const framer = new ModbusFramer();
      const found = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        found.push(...framer.push(Buffer.from(stream.subarray(at, at + cut))));
        at += cut;
      }
      let endsAtByte = 0;
      expect(found).toEqual(sent.map((frame) => ({ ...frame, endsAtByte: (endsAtByte += 8 + frame.data.length) })));
    }),
  );
});

test('finds nothing after bytes that are no Modbus TCP', () => {
  const framer = new ModbusFramer();
  expect(framer.push(Buffer.from('GET / HTTP/1.1\r\n'))).toEqual([]);
  expect(framer.push(encode({ transactionId: 1, unitId: 1, functionCode: 3, data: Buffer.alloc(4) }))).toEqual([]);
});
