/** Called with the position of a frame's first byte in the stream, counted from 0, and its type. */
export type FrameVisitor = (startsAtByte: number, type: number) => void;

/** Finds where the messages of a protocol begin in one direction of one connection, whose chunks are cut anywhere. */
export interface Framer {
  /** Once the bytes are no such protocol, it finds no further frame. */
  push(chunk: Buffer, started?: FrameVisitor): void;
}
