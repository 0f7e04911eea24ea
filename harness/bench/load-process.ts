/**
 * The two ends of a hop, each a process of its own so that the hop between them has its core to itself:
 *   node load-process.ts sink                          swallows bytes, answers a byte for `echo`; prints its port
 *   node load-process.ts flood PORT BYTES TOTAL_BYTES  sends writes of BYTES; prints the bytes per second that arrived
 *   node load-process.ts ping PORT COUNT               sends 100 bytes and waits for their echo; prints the p50 in µs
 */
import net from 'node:net';
import { once } from 'node:events';
import { median } from './measure.ts';

const [role, ...rest] = process.argv.slice(2);
const PACKET_BYTES = 100;

/** A PUBLISH of QoS 0 with its fixed header, as an MQTT framer sees it. */
function publish(bytes: number): Buffer {
  const packet = Buffer.alloc(bytes, 'x');
  packet.set([0x30, bytes - 2, 0, 1, 0x74]);
  return packet;
}

if (role === 'sink') {
  const server = net.createServer({ noDelay: true }, (socket) => {
    let received = 0;
    let expected = Infinity;
    let echo = false;
    socket.once('data', (first) => {
      // The first packet says how much will come; 0 asks for echoes.
      expected = Number(first.subarray(10, 30).toString());
      echo = expected === 0;
      received = first.length;
      socket.on('data', (chunk) => {
        received += chunk.length;
        if (echo) socket.write(chunk);
        else if (received >= expected) socket.write('!');
      });
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as net.AddressInfo).port));
}

if (role === 'flood') {
  const [port, bytes, total] = rest.map(Number) as [number, number, number];
  const socket = await open(port, total);
  const chunk = bytes === PACKET_BYTES ? Buffer.concat(Array.from({ length: 80 }, () => publish(PACKET_BYTES))) : Buffer.alloc(bytes, 'x');
  const startMs = performance.now();
  const writes = Math.ceil(total / chunk.length);
  const arrived = once(socket, 'data');
  for (let write = 0; write < writes; write++) if (!socket.write(chunk)) await once(socket, 'drain');
  await arrived;
  console.log(JSON.stringify({ bytesPerSecond: (writes * chunk.length) / ((performance.now() - startMs) / 1000) }));
  process.exit();
}

if (role === 'ping') {
  const [port, count] = rest.map(Number) as [number, number];
  const socket = await open(port, 0);
  const tripsMicros: number[] = [];
  const packet = publish(PACKET_BYTES);
  for (let trip = 0; trip < count; trip++) {
    const startMs = performance.now();
    socket.write(packet);
    await once(socket, 'data');
    tripsMicros.push((performance.now() - startMs) * 1000);
  }
  console.log(JSON.stringify({ p50Micros: median(tripsMicros) }));
  process.exit();
}

async function open(port: number, expectedBytes: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const first = publish(PACKET_BYTES);
  first.write(String(expectedBytes).padEnd(20), 10);
  socket.write(first);
  await new Promise((settle) => setTimeout(settle, 50)); // the sink must see the first packet by itself
  return socket;
}
