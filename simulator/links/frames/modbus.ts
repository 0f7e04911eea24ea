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
