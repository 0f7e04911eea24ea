import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModbusFramer, ModbusStarts } from './modbus.ts';

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

const message = (data: number) => Buffer.from([0, 7, 0, 0, 0, 2 + data, 1, 3, ...Array<number>(data).fill(9)]);

test('the starts of messages are found wherever the chunks are cut, and none behind bytes that are no Modbus TCP', () => {
  const stream = Buffer.concat([message(0), message(20), message(252), message(2), Buffer.from('GET / HTTP/1.1')]);
  for (const size of [1, 2, 5, 64, stream.length]) {
    const starts: number[] = [];
    const framer = new ModbusStarts();
    for (let at = 0; at < stream.length; at += size) framer.push(stream.subarray(at, at + size), (start) => starts.push(start));
    expect(starts).toEqual([0, 8, 36, 296, 306]);
  }
});
