import { StringDecoder } from 'node:string_decoder';

/** Longer lines are cut: one without an end must not fill the memory. */
const LONGEST_LINE_BYTES = 64 * 1024;

const LF = 10;
const CR = 13;

/**
 * Calls `onLine` for every line of a stream of bytes, without its end (LF, CR LF or CR). Of a line that is longer than
 * 64 KiB only its beginning is heard, and at its end a line that says how much is left out.
 */
export function splitLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let leftOutBytes = 0;
  let afterReturn = false;

  const take = (bytes: Buffer) => {
    const room = LONGEST_LINE_BYTES - pendingBytes;
    if (leftOutBytes > 0 || bytes.length > room) {
      if (leftOutBytes === 0) {
        pending.push(bytes.subarray(0, room));
        onLine(textOf(pending));
        pending = [];
      }
      leftOutBytes += bytes.length - (leftOutBytes === 0 ? room : 0);
      return;
    }
    if (bytes.length === 0) return;
    pending.push(bytes);
    pendingBytes += bytes.length;
  };
  const endLine = () => {
    onLine(leftOutBytes > 0 ? `[brownout: ${leftOutBytes} more bytes of this line are left out]` : textOf(pending));
    pending = [];
    pendingBytes = 0;
    leftOutBytes = 0;
  };

  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    if (afterReturn && chunk[0] === LF) start = 1;
    if (chunk.length > 0) afterReturn = false;
    for (;;) {
      const end = nextEnd(chunk, start);
      take(chunk.subarray(start, end === -1 ? undefined : end));
      if (end === -1) return;
      endLine();
      start = end + 1;
      if (chunk[end] !== CR) continue;
      if (start === chunk.length) afterReturn = true;
      else if (chunk[start] === LF) start++;
    }
  });
  stream.on('end', () => {
    if (pendingBytes > 0 || leftOutBytes > 0) endLine();
  });
}

function nextEnd(chunk: Buffer, from: number): number {
  const feed = chunk.indexOf(LF, from);
  const back = (feed === -1 ? chunk.subarray(from) : chunk.subarray(from, feed)).indexOf(CR);
  return back === -1 ? feed : from + back;
}

function textOf(parts: readonly Buffer[]): string {
  const decoder = new StringDecoder('utf8'); // a character that was cut in two is left out
  return decoder.write(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
}
