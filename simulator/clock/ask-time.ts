import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What an SNTP server said of the time and of itself. */
export interface ToldTime {
  /** How far its time is ahead of this machine's, right to half of the round trip. */
  aheadMs: number;
  stratum: number;
  leap: number;
}

const EPOCH_SECONDS = 2_208_988_800;

/** Asks an SNTP server on 127.0.0.1 once. Undefined if no answer comes in time. */
export async function askTime(port: number, withinMs: number): Promise<ToldTime | undefined> {
  const socket = createSocket('udp4');
  socket.on('error', () => {}); // nobody listens: no answer comes
  try {
    const request = Buffer.alloc(48);
    request[0] = (4 << 3) | 3;
    const sentMs = Date.now();
    socket.send(request, port, '127.0.0.1');
    const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(withinMs) })) as [Buffer];
    if (reply.length < 48) return undefined;
    const toldMs = (reply.readUInt32BE(40) + reply.readUInt32BE(44) / 2 ** 32 - EPOCH_SECONDS) * 1000;
    return { aheadMs: toldMs - (sentMs + Date.now()) / 2, stratum: reply[1]!, leap: reply[0]! >> 6 };
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  } finally {
    socket.close();
  }
}
