import type { Framer, FrameVisitor } from './framer.ts';

/** Modbus TCP framing: the MBAP header and what follows it, from chunks cut anywhere. */

export interface ModbusFrame {
  transactionId: number;
  unitId: number;
  /** With bit 7 set in a response that is an exception. */
  functionCode: number;
  /** What follows the function code. */
  data: Buffer;
  /** The count of bytes of the stream up to and including this frame. */
  endsAtByte: number;
}

const MBAP_BYTES = 7;
/** The largest PDU is 253 bytes; the length field also counts the unit id (Modbus Messaging on TCP/IP 1.0b, 3.1.3). */
const MAX_LENGTH_FIELD = 254;

/** One direction of one connection. */
export class ModbusFramer {
  #rest: Buffer = Buffer.alloc(0);
  #consumedBytes = 0;
  #garbled = false;

  /** The frames that are complete with this chunk. After bytes that are no Modbus TCP it finds none any more. */
  push(chunk: Buffer): ModbusFrame[] {
    if (this.#garbled) return [];
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    const frames: ModbusFrame[] = [];
    while (this.#rest.length > MBAP_BYTES) {
      const length = this.#rest.readUInt16BE(4);
      if (this.#rest.readUInt16BE(2) !== 0 || length < 2 || length > MAX_LENGTH_FIELD) {
        this.#garbled = true;
        break;
      }
      if (this.#rest.length < 6 + length) break;
      frames.push(this.#cut(6 + length));
    }
    return frames;
  }

  #cut(bytes: number): ModbusFrame {
    const frame = this.#rest.subarray(0, bytes);
    this.#rest = this.#rest.subarray(bytes);
    this.#consumedBytes += bytes;
    return {
      transactionId: frame.readUInt16BE(0),
      unitId: frame[6]!,
      functionCode: frame[7]!,
      data: frame.subarray(8),
      endsAtByte: this.#consumedBytes,
    };
  }
}

/** The length field, which counts what follows it, ends the part of the header that is needed to find the next one. */
const HEADER_BYTES = 6;

/** Finds where messages begin without keeping them. Every message is of type 0. */
export class ModbusStarts implements Framer {
  #position = 0;
  /** Of the message, still to come behind the header. */
  #bodyBytes = 0;
  #headerBytes = 0;
  #length = 0;
  #garbled = false;

  push(chunk: Buffer, started?: FrameVisitor): void {
    let at = 0;
    while (at < chunk.length && !this.#garbled) {
      if (this.#bodyBytes > 0) {
        const bytes = Math.min(this.#bodyBytes, chunk.length - at);
        this.#bodyBytes -= bytes;
        at += bytes;
      } else {
        if (this.#headerBytes === 0) started?.(this.#position + at, 0);
        this.#headerByte(chunk[at++]!);
      }
    }
    this.#position += chunk.length;
  }

  #headerByte(byte: number): void {
    const place = this.#headerBytes++;
    if (place === 2 || place === 3) this.#garbled ||= byte !== 0;
    if (place >= 4) this.#length = this.#length * 256 + byte;
    if (this.#headerBytes < HEADER_BYTES) return;
    this.#garbled ||= this.#length < 2 || this.#length > MAX_LENGTH_FIELD;
    this.#bodyBytes = this.#length;
    this.#headerBytes = 0;
    this.#length = 0;
  }
}
