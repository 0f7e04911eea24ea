import type { Framer, FrameVisitor } from './framer.ts';

/** The types of the packets that acknowledge (MQTT 3.1.1, table 2.1; the same in MQTT 5). */
export const MQTT_TYPES = { puback: 4, pubrec: 5, pubrel: 6, pubcomp: 7 } as const;

/** Walks from fixed header to fixed header without looking at what is in between. */
export class MqttFramer implements Framer {
  #position = 0;
  /** Of the packet's body, still to come. */
  #bodyBytes = 0;
  /** Within the remaining-length field: the value so far, and the weight of its next digit. The weight is 0 outside. */
  #length = 0;
  #weight = 0;
  #garbled = false;

  push(chunk: Buffer, started?: FrameVisitor): void {
    let at = 0;
    while (at < chunk.length && !this.#garbled) {
      if (this.#bodyBytes > 0) {
        const bytes = Math.min(this.#bodyBytes, chunk.length - at);
        this.#bodyBytes -= bytes;
        at += bytes;
      } else if (this.#weight > 0) {
        this.#lengthDigit(chunk[at++]!);
      } else {
        started?.(this.#position + at, chunk[at]! >> 4);
        this.#weight = 1;
        at++;
      }
    }
    this.#position += chunk.length;
  }

  /** Seven bits each, the lowest first, bit 7 set where more follow; four digits at most (MQTT 3.1.1, 2.2.3). */
  #lengthDigit(digit: number): void {
    this.#length += (digit & 127) * this.#weight;
    if (digit < 128) {
      this.#bodyBytes = this.#length;
      this.#length = 0;
      this.#weight = 0;
    } else {
      this.#weight *= 128;
      this.#garbled = this.#weight > 128 ** 3;
    }
  }
}
