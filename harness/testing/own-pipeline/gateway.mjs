// Reads each machine over Modbus TCP and hands the readings on over HTTP until the ingest has them.
import http from 'node:http';
import net from 'node:net';

const { MACHINES, INGEST, PERIOD_MS } = process.env;
const waiting = [];

function poll(port, machine) {
  const socket = net.connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  const read = Buffer.from([0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10]);
  let timer;
  const ask = () => socket.write(read);
  socket.on('connect', () => {
    ask();
    timer = setInterval(ask, Number(PERIOD_MS));
  });
  socket.on('data', (frame) => {
    if (frame.length < 29) return;
    const registers = frame.subarray(9);
    waiting.push({
      machine,
      number: registers.readUInt32BE(0),
      signal: registers.readFloatBE(4),
      produced: registers.readUInt32BE(14),
      at: Date.now(),
    });
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
