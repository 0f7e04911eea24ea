import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeQuestion } from './message.ts';

/**
 * Asks a DNS server on 127.0.0.1 once for the IPv4 address of a name. Resolves to the code of its answer and the
 * address, if there is one; undefined if no answer comes in time.
 */
export async function askName(port: number, name: string, withinMs: number): Promise<{ code: number; address: string | undefined } | undefined> {
  const socket = createSocket('udp4');
  socket.on('error', () => {}); // nobody listens: no answer comes
  try {
    const id = Math.floor(Math.random() * 65_536);
    const question = writeQuestion(id, name);
    socket.send(question, port, '127.0.0.1');
    const [reply] = (await once(socket, 'message', { signal: AbortSignal.timeout(withinMs) })) as [Buffer];
    if (reply.length < question.length || reply.readUInt16BE(0) !== id) return undefined;
    const found = reply.readUInt16BE(6) > 0;
    return { code: reply[3]! & 15, address: found ? reply.subarray(-4).join('.') : undefined };
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  } finally {
    socket.close();
  }
}
