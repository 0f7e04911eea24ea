/** Messages of DNS (RFC 1035), as far as a server needs them that is asked for addresses of one zone. */

const TYPE_A = 1;
const TYPE_ANY = 255;
const CLASS_IN = 1;

/** What an answer says of itself. */
export const CODES = { noError: 0, formatError: 1, serverFailure: 2, noSuchName: 3, notImplemented: 4, refused: 5 } as const;
export type Code = (typeof CODES)[keyof typeof CODES];

export interface Query {
  /** Its first 12 bytes: the header. */
  header: Buffer;
  /** In lower case, without the dot at the end. */
  name: string;
  type: number;
  /** Asks for addresses of IPv4, among others perhaps. */
  forAddress: boolean;
  /** The question as it was written, which every answer repeats: resolvers compare it, with its upper and lower case. */
  question: Buffer;
}

const HEADER_BYTES = 12;
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

/**
 * What a packet asks, or the code of what is wrong with it; undefined for what gets no answer at all: too short for a
 * header, or an answer itself (two servers that answer each other never stop).
 */
export function readQuery(packet: Buffer): Query | { header: Buffer; code: Code } | undefined {
  if (packet.length < HEADER_BYTES || packet[2]! & 0x80) return undefined;
  const header = packet.subarray(0, HEADER_BYTES);
  if ((packet[2]! >> 3) & 15) return { header, code: CODES.notImplemented };
  const name = packet.readUInt16BE(4) === 1 ? readName(packet, HEADER_BYTES) : undefined;
  if (!name || name.end + 4 > packet.length) return { header, code: CODES.formatError };
  const type = packet.readUInt16BE(name.end);
  if (packet.readUInt16BE(name.end + 2) !== CLASS_IN) return { header, code: CODES.refused };
  return { header, name: name.text, type, forAddress: type === TYPE_A || type === TYPE_ANY, question: packet.subarray(HEADER_BYTES, name.end + 4) };
}

/** The labels up to the empty one. A pointer, which has no place in a question, is none of them. */
function readName(packet: Buffer, start: number): { text: string; end: number } | undefined {
  const labels: string[] = [];
  for (let at = start; at < packet.length && at - start < LONGEST_NAME; ) {
    const length = packet[at]!;
    if (length === 0) return { text: labels.join('.').toLowerCase(), end: at + 1 };
    if (length > LONGEST_LABEL || at + 1 + length > packet.length) return undefined;
    labels.push(packet.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return undefined;
}

/**
 * An answer to a query: a code and, with `address` (IPv4), one record. Its time to live is 0, and answers without an
 * address carry no SOA, so nobody may keep either (RFC 2308, 5).
 */
export function writeAnswer({ header, question = Buffer.alloc(0) }: { header: Buffer; question?: Buffer }, code: Code, address?: string): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.set(header.subarray(0, 2));
  const [opcode, recursionDesired] = [header[2]! & 0x78, header[2]! & 1];
  head[2] = 0x80 | opcode | 0x04 | recursionDesired; // an answer, with authority
  head[3] = 0x80 | code; // recursion available: stub resolvers want it
  head.writeUInt16BE(question.length > 0 ? 1 : 0, 4);
  if (address === undefined) return Buffer.concat([head, question]);
  head.writeUInt16BE(1, 6);
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, TYPE_A, 0, CLASS_IN, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([head, question, record]);
}

/** A question for the IPv4 address of a name. */
export function writeQuestion(id: number, name: string): Buffer {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')]);
  return Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, TYPE_A, 0, CLASS_IN]);
}
