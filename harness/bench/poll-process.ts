/**
 * node poll-process.ts PERIOD_MS TIMEOUT_MS PORT...: the lightest client there can be, so that the plant's side is what is
 * measured. Reads the block of each machine once per period until its parent disconnects; tells it each second how many
 * answers it got in time, and how many came later.
 */
import net from 'node:net';

const [periodMs, timeoutMs, ...ports] = process.argv.slice(2).map(Number) as [number, number, ...number[]];
let inTime = 0;
let late = 0;

ports.forEach((port, index) => {
  const request = Buffer.from([0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, 10]);
  let transaction = 0;
  let askedMs: number | undefined;
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  const ask = () => {
    if (askedMs !== undefined && performance.now() - askedMs < timeoutMs) return; // it still waits
    transaction = (transaction + 1) & 0xffff;
    request.writeUInt16BE(transaction, 0);
    askedMs = performance.now();
    socket.write(Buffer.from(request));
  };
  socket.on('connect', () => setTimeout(() => setInterval(ask, periodMs), (index % 100) * (periodMs / 100)));
  socket.on('data', (bytes) => {
    if (askedMs === undefined || bytes.readUInt16BE(bytes.length - 29) !== transaction) return;
    if (performance.now() - askedMs < timeoutMs) inTime++;
    else late++;
    askedMs = undefined;
  });
});

setInterval(() => process.send?.({ inTime, late }), 1000);
process.once('disconnect', () => process.exit());
