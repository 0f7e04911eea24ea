// Reads each machine over Modbus TCP and hands the readings on over HTTP until the ingest has them.
import http from 'node:http';
import net from 'node:net';

const { MACHINES, INGEST, PERIOD_MS } = process.env;
const waiting = [];

/** Ten registers behind a header of nine bytes; several answers may come at once. */
const ANSWER_BYTES = 29;

function keep(registers, machine) {
  waiting.push({
    machine,
    number: registers.readUInt32BE(0),
    signal: registers.readFloatBE(4),
    produced: registers.readUInt32BE(14),
    at: Date.now(),
  });
}

function poll(port, machine) {
  const socket = net.connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  const read = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10]);
  let timer;
  const ask = () => socket.write(read);
  socket.on('connect', () => {
    ask();
    timer = setInterval(ask, Number(PERIOD_MS));
  });
  let bytes = Buffer.alloc(0);
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more]);
    for (; bytes.length >= ANSWER_BYTES; bytes = bytes.subarray(ANSWER_BYTES)) keep(bytes.subarray(9, ANSWER_BYTES), machine);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(timer);
    setTimeout(() => poll(port, machine), 100);
  });
}

function post(batch) {
  return new Promise((resolve, reject) => {
    const request = http.request(INGEST, { method: 'POST', agent: false, timeout: 1500 }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', reject);
    request.end(JSON.stringify(batch));
  });
}

async function forward() {
  for (;;) {
    const batch = waiting.slice(0, 200);
    if (batch.length > 0) {
      try {
        await post(batch);
        waiting.splice(0, batch.length);
      } catch {
        // it stays in the queue
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

MACHINES.split(',').forEach((port, index) => poll(port, `machine-${index + 1}`));
console.log('polling');
forward();
