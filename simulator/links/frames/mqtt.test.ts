import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import type { Packet } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { MqttFramer } from './mqtt.ts';
import { ConnectReader } from './mqtt-connect.ts';

const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: fc.constantFrom('a', 'plant/machine-1'),
    payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    qos: fc.constant(1 as const),
    dup: fc.boolean(),
    retain: fc.boolean(),
    messageId: fc.integer({ min: 1, max: 65_535 }),
  }),
  fc.record({ cmd: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const), messageId: fc.integer({ min: 1, max: 65_535 }) }),
  fc.record({ cmd: fc.constantFrom('pingreq' as const, 'pingresp' as const) }),
);
const TYPES: Partial<Record<Packet['cmd'], number>> = { publish: 3, puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7, pingreq: 12, pingresp: 13 };

/** The bytes in chunks that end at these places of it, each from 0 to 1. */
function chunked(bytes: Buffer, places: number[]): Buffer[] {
  const ends = [...places.map((place) => Math.floor(place * bytes.length)), bytes.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

test('finds where every packet begins and its type, wherever the chunks are cut', () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 12 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (packets, places) => {
      const encoded = packets.map((it) => generate(it));
      const found: [number, number][] = [];
      const framer = new MqttFramer();
      for (const chunk of chunked(Buffer.concat(encoded), places)) framer.push(chunk, (at, type) => found.push([at, type]));
      let at = 0;
      expect(found).toEqual(packets.map((it, index) => [at, TYPES[it.cmd], (at += encoded[index]!.length)].slice(0, 2)));
    }),
  );
});

test('keeps its place in packets of every size class, with and without being asked', () => {
  for (const size of [0, 100, 20_000, 2_100_000]) {
    const framer = new MqttFramer();
    const large = generate({ cmd: 'publish', topic: 't', payload: Buffer.alloc(size), qos: 0, dup: false, retain: false });
    framer.push(large);
    const found: number[] = [];
    framer.push(generate({ cmd: 'puback', messageId: 1 }), (at) => found.push(at));
    expect(found).toEqual([large.length]);
  }
});

test('finds nothing behind bytes that are no MQTT, and takes any bytes', () => {
  const framer = new MqttFramer();
  let found = 0;
  framer.push(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x40, 2, 0, 1]), () => found++);
  expect(found).toBe(1);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void new MqttFramer().push(Buffer.from(bytes), () => {})));
});

test('a client is known by its CONNECT, in MQTT 3.1.1 and 5, in any chunks; what is no CONNECT is nobody', () => {
  for (const protocolVersion of [4, 5] as const) {
    const connect = generate({ cmd: 'connect', clientId: 'gateway-7', protocolVersion, clean: true, keepalive: 5, properties: {} } as Packet, { protocolVersion } as never);
    const reader = new ConnectReader();
    for (const byte of connect) reader.push(Buffer.from([byte]));
    reader.push(generate({ cmd: 'puback', messageId: 1 }));
    expect(reader.clientId).toBe('gateway-7');
  }
  const stranger = new ConnectReader();
  stranger.push(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  expect(stranger.clientId).toBeUndefined();
});
